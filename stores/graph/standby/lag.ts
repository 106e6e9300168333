/** How far the standby is behind the primary: what it has, where it says so, and else what the log still keeps for it. */

import { loggedAfter } from '../statements/standby.ts';
import { keepsLog } from './epoch.ts';
import type { Keeper } from './keeper.ts';

/** Nobody who asks for a number is kept waiting for a server that is slow, in ms. */
const LOG_MS_MAX = 2_000;

/**
 * Writes of the primary that the standby lacks; while it does not answer at most so many, since the log is cut a little
 * later than it is applied. Null where that cannot be known: the primary is away, or nothing is kept for the standby.
 */
export async function writesBehind({ view }: Pick<Keeper, 'view'>): Promise<number | null> {
  const { epoch, primary, primaryState, standbyState } = view();
  if (epoch === null || primary === null || primaryState === null || !keepsLog(epoch)) return null;
  const lacks = (applied: number) => Math.max(0, primaryState.revision - applied);
  const applied = standbyState?.applied ?? null;
  if (applied !== null) return lacks(applied);
  const [first] = await primary.store.read(loggedAfter(-1, 1), { timeoutMs: LOG_MS_MAX });
  return first === undefined ? 0 : lacks(first.revision - 1);
}
