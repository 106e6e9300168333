/**
 * Restores of the whole installation on engines that processes share: beside what is served, in a namespace of its own,
 * then in its place. A call only notes what is wanted; the leading worker does it (`restorer.ts`), so that whoever leads
 * next goes on where a process has died.
 */

import { EventEmitter } from 'node:events';
import { isSettled, type Restore, type RestoreState } from '../../../model/restore.ts';
import { Problem } from '../../../platform/errors.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import {
  createServedRestore,
  forgetPrevious,
  refuseBeside,
  type ServedRestore,
  servedRestoreById,
  servedRestoresListed,
} from '../../../stores/graph/statements/serving.ts';
import { watchChanges } from '../../watch-changes.ts';
import { noSuchRestore } from '../records.ts';
import { notThat } from '../switching.ts';
import type { WholeRestores } from '../whole-restores.ts';
import { change, type Kept, newKept, toKept, toNode, withPlace } from './records.ts';

/** Of them all, those that are listed. */
const LISTED_MAX = 100;
/** How often one is looked at while it is watched, in ms: another process is at it. */
const LOOK_EVERY_MS = 1_000;
/** There is a place for one at a time. */
const TAKEN: readonly RestoreState[] = ['RUNNING', 'READY', 'SWITCHING', 'SWITCHED', 'REVERTING'];

export interface ServedRestoresOptions {
  /** Of what is served. */
  readonly graph: GraphStore;
  readonly now: () => Date;
}

export function createServedRestores({ graph, now }: ServedRestoresOptions): WholeRestores {
  const emitter = new EventEmitter().setMaxListeners(0);
  const keptBy = async (id: string): Promise<Kept> => {
    const [found] = await graph.read(servedRestoreById(id));
    if (found === undefined) throw noSuchRestore(id);
    return toKept(found);
  };
  const get = async (id: string): Promise<Restore> => (await keptBy(id)).restore;
  /** From one of these states, all of it or nothing. */
  const from = async (
    states: readonly RestoreState[],
    { id, needed }: { readonly id: string; readonly needed: string },
    how: (kept: Kept) => Change,
  ): Promise<Restore> => {
    const kept = await keptBy(id);
    if (!states.includes(kept.restore.state)) throw notThat(kept.restore, needed);
    const { restore, standing = {}, also = [] } = how(kept);
    await graph.write([change(kept, restore, standing), ...also]);
    emitter.emit(id);
    return { ...kept.restore, ...restore };
  };
  const isOver = () => ({ finishedAt: now().toISOString(), progress: null });

  return {
    start: async () => undefined,
    begin: async (set, requestedBy) => {
      const kept = newKept(set, requestedBy, now());
      await graph.write([refuseBeside(TAKEN, refuseSecond), createServedRestore(toNode(kept))]);
      return kept.restore;
    },
    list: async () => (await graph.read(servedRestoresListed(LISTED_MAX))).map((one) => toKept(one).restore),
    get,
    watch: (id, signal) =>
      watchChanges({ id, signal, get, emitter, lookEveryMs: LOOK_EVERY_MS, isOver: isSettled }),
    cancel: (id) =>
      from(
        ['RUNNING', 'READY'],
        { id, needed: 'Only one that runs or stands ready is cancelled.' },
        (kept) => ({
          restore: { ...isOver(), state: 'CANCELLED' },
          standing: { drop: withPlace(kept) },
        }),
      ),
    switchTo: (id) =>
      from(['READY'], { id, needed: 'It is switched to when it is READY.' }, () => ({
        restore: { state: 'SWITCHING', problem: null },
      })),
    confirm: (id) =>
      from(['SWITCHED'], { id, needed: 'It is confirmed when it is SWITCHED.' }, ({ drop, old }) => ({
        restore: { ...isOver(), state: 'CONFIRMED' },
        standing: { drop: [...drop, old] },
        also: [forgetPrevious()],
      })),
    revert: (id) =>
      from(['SWITCHED'], { id, needed: 'It is reverted when it is SWITCHED.' }, () => ({
        restore: { state: 'REVERTING', problem: null },
      })),
    close: async () => undefined,
  };
}

interface Change {
  readonly restore: Partial<Restore>;
  readonly standing?: Parameters<typeof change>[2];
  readonly also?: readonly ReturnType<typeof forgetPrevious>[];
}

function refuseSecond(other: ServedRestore): never {
  const { id, restore } = toKept(other);
  throw new Problem(
    'CONFLICT',
    restore.state === 'SWITCHED' || restore.state === 'REVERTING'
      ? `What was there before the restore of ${restore.backup} is still kept. Confirm that restore (confirmRestore), or take it back (revertRestore), first.`
      : `The restore ${id} is under way or stands ready. Wait for it, switch to it, or cancel it ("trellis restore --into-running --cancel", or cancelRestore) first.`,
  );
}
