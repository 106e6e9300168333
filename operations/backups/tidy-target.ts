/** Frees what runs that died have left at the target: puts that never ended, and parts that belong to no set. */

import { PARTS, setOfPart } from './manifest.ts';
import { partsUsedBy } from './remove-set.ts';
import type { SetStore } from './set-store.ts';

export interface Tidied {
  readonly unfinished: number;
  readonly parts: number;
}

/**
 * A put takes as long as one part, some megabytes: what was begun so long ago, in ms, has died, also where another
 * installation keeps its backups there.
 */
export const UNFINISHED_MS_MIN = 86_400_000;

/** For whoever holds the lease of backups, so that none of this installation is under way. */
export async function tidyTarget(sets: SetStore, signal: AbortSignal): Promise<Tidied> {
  const { target } = sets;
  const unfinished = await target.discardUnfinished({ olderThanMs: UNFINISHED_MS_MIN, signal });
  // Listed before the sets are: what another installation begins meanwhile is told of before its first part is there.
  const listed: string[] = [];
  for await (const { name } of target.list(PARTS, { signal })) listed.push(name);
  const ids = new Set(await sets.ids(signal));
  const ownerless = listed.filter((name) => !ids.has(setOfPart(name)));
  if (ownerless.length === 0) return { unfinished, parts: 0 };
  const used = await partsUsedBy(sets, () => true, signal);
  const stray = ownerless.filter((name) => !used.has(name));
  for (const name of stray) {
    signal.throwIfAborted();
    await target.remove(name);
  }
  return { unfinished, parts: stray.length };
}
