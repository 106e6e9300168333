/**
 * Changes, which go to both sides. Who may miss one is asked of the record before, and noted in it after: a change is
 * acknowledged only once each side has it or is known to lack it.
 */

import type { VectorStore } from '../vector-store.ts';
import { otherSide, type SideName } from './mirror.ts';
import type { MirrorTools } from './mirror-tools.ts';

type Changing = Pick<VectorStore, 'apply' | 'recordRevision' | 'prepareIndex' | 'switchTo' | 'dropIndex'>;

export function changeBoth(tools: MirrorTools): Changing {
  return {
    apply: (changes, index) =>
      change(tools, { whileFilling: 'MADE' }, (store) => store.apply(changes, index)),
    // Only at its end does a side that is being filled have everything up to there.
    recordRevision: (revision, index) =>
      change(tools, { whileFilling: 'LEFT_OUT' }, (store) => store.recordRevision(revision, index)),
    prepareIndex: (embedder, wanted) => {
      let name = wanted;
      return change(tools, { whileFilling: 'BEGUN_ANEW' }, async (store) => {
        const info = await store.prepareIndex(embedder, name);
        // Both go by one name, which the first of them gives.
        name = info.name;
        return info;
      });
    },
    switchTo: (index) => change(tools, { whileFilling: 'BEGUN_ANEW' }, (store) => store.switchTo(index)),
    dropIndex: (index) => change(tools, { whileFilling: 'BEGUN_ANEW' }, (store) => store.dropIndex(index)),
  };
}

interface ChangeOptions {
  /** What becomes of a side that is being filled. */
  readonly whileFilling: 'MADE' | 'LEFT_OUT' | 'BEGUN_ANEW';
}

type Outcome<Value> =
  | { readonly side: SideName; readonly value: Value }
  | { readonly side: SideName; readonly error: unknown };

/** Gives the answer of a side that has everything. */
async function change<Value>(
  tools: MirrorTools,
  { whileFilling }: ChangeOptions,
  make: (store: VectorStore) => Promise<Value>,
): Promise<Value> {
  const { behind, isFilling } = await tools.look();
  if (behind !== null && isFilling && whileFilling === 'BEGUN_ANEW') await tools.noteBehind(behind);
  const leading: SideName = behind === null ? 'primary' : otherSide(behind);
  const isBoth = behind === null || (isFilling && whileFilling === 'MADE');
  const makeOn = async (side: SideName): Promise<Outcome<Value>> =>
    tools.sides[side].write(make).then(
      (value) => ({ side, value }),
      (error: unknown) => ({ side, error }),
    );
  const outcomes = !isBoth
    ? [await makeOn(leading)]
    : whileFilling === 'BEGUN_ANEW'
      ? [await makeOn(leading), await makeOn(otherSide(leading))]
      : await Promise.all([makeOn(leading), makeOn(otherSide(leading))]);
  const made = outcomes.find((one) => 'value' in one);
  const failed = outcomes.filter((one) => 'error' in one);
  // Where nobody did it, it is not done, and neither is behind the other.
  if (made === undefined) throw failed[0]?.error;
  // Rejects where that leaves no side that has everything.
  for (const { side } of failed) await tools.noteBehind(side);
  return made.value;
}
