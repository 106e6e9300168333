/**
 * How an epoch follows another: a proposal is brought to the registers one by one, the witness first, which lets one of
 * two proposals of a number through. A proposal that was left half way is completed by whoever sees it, and never
 * passed over: it may have been decided, and acknowledged by.
 */

import { randomUUID } from 'node:crypto';
import { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { decided, type Epoch, isEpoch, isSame, newest, type Sight } from './epoch.ts';
import type { Keeper, View } from './keeper.ts';
import type { Side } from './side.ts';
import type { Witness } from './witness.ts';

/** Looks at what was raised until it is believed that it does not hold. */
const LOOKS_MAX = 4;
/**
 * What somebody vouches for is so far above the newest that is seen: the server that is away may have decided more, and
 * what it knows must not count once it is back.
 */
const LEAP = 1_000_000;

export interface Changes {
  /** Brings every register that is reached to what holds, and completes what was left half way. */
  settle(): Promise<View>;
  /**
   * Proposes the next epoch after the one that holds; gives whether it holds now. Rejects with CONFLICT where what
   * holds is not `from` any more.
   */
  follow(from: Epoch, next: Pick<Epoch, 'primary' | 'standby'>, why: string): Promise<boolean>;
  /** Makes this server the primary whatever was before, because somebody vouches for it. Gives whether that holds now. */
  impose(side: Side, why: string): Promise<boolean>;
}

export interface ChangesTools {
  readonly first: Side;
  readonly second: Side;
  readonly witness: Witness | null;
  readonly keeper: Keeper;
  readonly log: Log;
}

export function createChanges({ first, second, witness, keeper, log }: ChangesTools): Changes {
  const sides = [first, second];
  const reached = (side: Side, view: View) =>
    (side === first ? view.sights.first : view.sights.second) !== 'AWAY';

  const raiseWitness = async (epoch: Epoch, { isDecided }: { readonly isDecided: boolean }) => {
    const { sights } = keeper.view();
    const held = await witness?.raise(epoch, {
      // What it held before it forgot is overruled by who may teach it.
      isDecided: isDecided || sights.witness === 'EMPTY',
      renews: mayRenew(epoch, sights.first, sights.second),
    });
    return held !== null && held !== undefined && isSame(held, epoch);
  };
  /** To the witness, then the one that takes writes by it, then the other; ends where one holds something else. */
  const bring = async (epoch: Epoch, view: View): Promise<boolean> => {
    const knows = isEpoch(view.sights.witness) || view.sights.witness === 'EMPTY';
    if (witness !== null && knows && !(await raiseWitness(epoch, { isDecided: false }))) {
      // One that knows nothing and may not be taught has no voice; the servers then have to agree.
      if (isEpoch(view.sights.witness)) return false;
    }
    const taking = sides.find((side) => side.name() === epoch.primary);
    if (taking === undefined || !reached(taking, view) || !(await taking.raise(epoch))) return false;
    const other = taking === first ? second : first;
    // It may be away, and follows when it is back.
    if (reached(other, view)) await other.raise(epoch).catch(() => false);
    return isSeenToHold(epoch);
  };
  /** A register that was just raised may be late to say so, which is no reason to tell somebody that it is undecided. */
  const isSeenToHold = async (epoch: Epoch): Promise<boolean> => {
    for (let looks = LOOKS_MAX; looks > 0; looks--) {
      const { sights } = await keeper.lookAnew();
      const holds = decided(sights);
      if (holds !== null && isSame(holds, epoch)) return true;
      if ((newest(sights)?.number ?? 0) > epoch.number) return false;
    }
    return false;
  };
  /** The rest follow what holds. */
  const level = async (epoch: Epoch, view: View): Promise<void> => {
    const differs = (sight: Sight) => sight === 'EMPTY' || (isEpoch(sight) && !isSame(sight, epoch));
    if (differs(view.sights.first)) await first.raise(epoch, { isDecided: true });
    if (differs(view.sights.second)) await second.raise(epoch, { isDecided: true });
    if (differs(view.sights.witness)) await raiseWitness(epoch, { isDecided: true });
  };
  const begin = async (view: View): Promise<void> => {
    const primary = first.name();
    const nothing = view.sights.first === 'EMPTY' && view.sights.second === 'EMPTY';
    if (!nothing || primary === null || view.sights.witness === 'AWAY') return;
    log.info({}, 'The graph servers meet for the first time.');
    await bring({ number: 1, proposal: randomUUID(), primary, standby: 'UNSEEDED' }, view);
  };

  return {
    settle: async () => {
      const view = await keeper.lookAnew();
      const top = newest(view.sights);
      if (top === null) await begin(view);
      else {
        const holds = decided(view.sights);
        if (holds === null || holds.number < top.number) await bring(top, view);
        else await level(holds, view);
      }
      return keeper.lookAnew();
    },
    follow: async (from, next, why) => {
      const view = await keeper.lookAnew();
      const top = newest(view.sights);
      const holds = decided(view.sights);
      if (holds === null || !isSame(holds, from) || top === null || !isSame(top, from))
        throw new Problem('CONFLICT', 'The roles of the graph servers have changed meanwhile. Look again.');
      // One that could not be completed would stand in the way of others until that server is back.
      const taking = sides.find((side) => side.name() === next.primary);
      if (taking === undefined || !reached(taking, view)) return false;
      const epoch = { ...next, number: from.number + 1, proposal: randomUUID() };
      const isSo = await bring(epoch, view);
      log.warn({ epoch, why, holds: isSo }, 'The roles of the graph servers change.');
      return isSo;
    },
    impose: async (side, why) => {
      const view = await keeper.lookAnew();
      if (view.sights.witness === 'AWAY') throw voiceless();
      const number = (newest(view.sights)?.number ?? 0) + LEAP;
      const primary = side.name() ?? '';
      const epoch = { number, proposal: randomUUID(), primary, standby: 'UNSEEDED' } as const;
      log.warn({ epoch, why }, 'Somebody says which graph server takes writes.');
      await witness?.raise(epoch, { isDecided: true, renews: true });
      await side.raise(epoch, { isDecided: true });
      const holds = decided((await keeper.lookAnew()).sights);
      return holds !== null && isSame(holds, epoch);
    },
  };
}

function voiceless(): Problem {
  return new Problem(
    'UNAVAILABLE',
    'Redis does not answer, and without it one graph server is not enough. Bring any Redis up at TRELLIS_REDIS_URL, and try again.',
  );
}

/**
 * A witness that knows nothing is taught by both servers together; by the primary alone where nobody can have promoted
 * the standby by himself, since it is not attached.
 */
function mayRenew(epoch: Epoch, first: Sight, second: Sight): boolean {
  const held = [first, second].filter(isEpoch);
  if (first === 'EMPTY' && second === 'EMPTY') return true;
  const bothSay = held.length === 2 && held.every((each) => each.number <= epoch.number);
  return bothSay || (epoch.standby !== 'ATTACHED' && held.some((each) => isSame(each, epoch)));
}
