/**
 * Restores of the whole installation into itself while it runs: beside its data, then in its place, in this process. Where
 * it stands lies in files beside the engines; the engines are closed and opened again by whoever has built them.
 */

import { EventEmitter } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEvent } from '../../model/audit.ts';
import type { BackupProgress } from '../../model/backup.ts';
import { foldersOf, isSettled, NOTHING_RESTORED, newRestoreId, type Restore } from '../../model/restore.ts';
import type { HoldsThere } from '../../model/retention.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { OpenedSet, SetStore } from '../backups/set-store.ts';
import { watchChanges } from '../watch-changes.ts';
import { decideAgain, type Known } from './decide-again.ts';
import { createRestoreRecords, noSuchRestore } from './records.ts';
import {
  type BesideOptions,
  type OpenInstallation,
  requireConfirmed,
  restoreBeside,
} from './restore-beside.ts';
import { NOTHING_DECIDED, type Replay } from './restore-into.ts';
import { requireKept } from './switch-data.ts';
import { switchEvent } from './switch-event.ts';
import { another, confirmLast, giveWay, notThat, settleLeft, takePlace } from './switching.ts';

export interface WholeRestores {
  /** Tells how those ended that the process before has left. The engines are open. */
  start(): Promise<void>;
  /** Resolves once it is noted; CONFLICT while another one is under way, stands ready, or waits to be confirmed. */
  begin(set: OpenedSet, requestedBy: string): Promise<Restore>;
  list(): Promise<readonly Restore[]>;
  /** NOT_FOUND where there is none. */
  get(id: string): Promise<Restore>;
  watch(id: string, signal: AbortSignal): AsyncIterable<Restore>;
  /** Stops one that is under way, and drops one that stands ready. */
  cancel(id: string): Promise<Restore>;
  /** The restored data takes the place of what is there; answered before that begins. */
  switchTo(id: string): Promise<Restore>;
  confirm(id: string): Promise<Restore>;
  /** Goes back to what was there; answered before that begins. */
  revert(id: string): Promise<Restore>;
  /** Stops what is under way. Waits for no switch: it is one that closes. */
  close(): Promise<void>;
}

/** What is done between closing the rooms and building them anew. */
export interface Renewal {
  /** Nobody uses the engines any more; they are still open. Where it rejects, the rooms are built anew over the same data. */
  last(): Promise<void>;
  /** The engines are closed. */
  between(): Promise<void>;
  /** The engines do not open after {@link between}: takes it back. Null where nothing was done that could be. */
  readonly undo: (() => Promise<void>) | null;
}
/** Begins it, behind the calls that are under way. */
export type Renew = (renewal: Renewal) => void;

export interface WholeRestoresOptions extends Pick<BesideOptions, 'folder' | 'files'> {
  readonly sets: SetStore;
  /** Of what runs. */
  readonly graph: GraphStore;
  readonly open: OpenInstallation;
  readonly replay: Replay;
  readonly renew: Renew;
  readonly record: (events: readonly AuditEvent[]) => Promise<unknown>;
  readonly now: () => Date;
  readonly log: Log;
  /** How often one is looked at while it is watched, in ms. */
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 2_000;

interface Running {
  readonly id: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  progress: BackupProgress;
}

export function createWholeRestores(options: WholeRestoresOptions): WholeRestores {
  const { folder, sets, graph, replay, renew, record, now, log, lookEveryMs = LOOK_EVERY_MS } = options;
  const records = createRestoreRecords(folder);
  const emitter = new EventEmitter().setMaxListeners(0);
  let running: Running | null = null;

  const get = async (id: string): Promise<Restore> => {
    const restore = await records.get(id);
    if (restore === null) throw noSuchRestore(id);
    return running?.id === id ? { ...restore, progress: running.progress } : restore;
  };
  const put = async (restore: Restore): Promise<Restore> => {
    await records.put(restore);
    emitter.emit(restore.id);
    return restore;
  };
  const putIfPossible = async (restore: Restore): Promise<void> => {
    await put(restore).catch((error: unknown) =>
      log.error({ restore: restore.id, error }, 'How a restore stands could not be noted.'),
    );
  };
  const require = async (id: string, state: Restore['state'], needed: string): Promise<Restore> => {
    const restore = await get(id);
    if (restore.state !== state) throw notThat(restore, needed);
    return restore;
  };

  /** Never rejects: how it ended stands in the record. */
  const run = async (restore: Restore, set: OpenedSet, signal: AbortSignal, tell: Tell): Promise<void> => {
    const ended = () => ({ finishedAt: now().toISOString(), progress: null });
    try {
      const { beside } = foldersOf(restore);
      const decided = await replay.since(graph, restore.cutAt);
      const again = await restoreBeside(
        { ...options, beside },
        {
          ...{ sets, set, only: null, decided, replay, log, signal },
          ...{ by: restore.requestedBy, about: [restore.id, restore.backup] },
          onProgress: (step, done, total) => tell({ step, done, total }),
        },
      );
      const receipt = {
        ...NOTHING_RESTORED,
        restored: set.manifest.summaries['Document']?.count ?? 0,
        ...again,
      };
      await put({ ...restore, ...ended(), state: 'READY', receipt });
    } catch (error) {
      const { code, message } = toProblem(signal.aborted ? signal.reason : error);
      const state = code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
      if (state === 'FAILED') log.error({ restore: restore.id, error }, 'A restore failed.');
      await putIfPossible({ ...restore, ...ended(), state, problem: message });
    }
  };

  /** What was decided meanwhile holds in a folder's data before anybody can see that. */
  const decidedIn = async (name: string, restore: Restore, known: Known): Promise<Restore> => {
    const open = () => options.open(join(folder, name), null);
    const { treatments, held } = await decideAgain(open, known, { replay, log });
    const { receipt } = restore;
    const all = [...new Set([...receipt.treatments, ...treatments])];
    return { ...restore, receipt: { ...receipt, treatments: all, held: receipt.held + held.length } };
  };
  /** Never rejects: what was there is opened again, whatever could not be noted. */
  const backTo = (restore: Restore, state: Restore['state']) => async (error: unknown) => {
    log.error({ restore: restore.id, error }, 'A restore could not be switched; what was there goes on.');
    await putIfPossible({ ...restore, state, problem: toProblem(error).message });
  };
  /** To be read when nobody decides anything more; where it cannot be, that is why nothing is switched. */
  const knownSince = (
    from: { readonly since: string; readonly holds: HoldsThere },
    back: (error: unknown) => Promise<void>,
  ) => {
    const known = { ...from, decided: NOTHING_DECIDED };
    const read = async () => {
      try {
        known.decided = await replay.since(graph, from.since);
      } catch (error) {
        await back(error);
        throw error;
      }
    };
    return { known, read };
  };

  return {
    start: async () => {
      // The installation opens all the same, as where the disk is full.
      const untold = await settleLeft(folder, now()).catch((error: unknown) => {
        log.error({ error }, 'How restores stand could not be noted; the next start tries again.');
        return [];
      });
      for (const restore of untold) await record([switchEvent(restore)]);
    },
    begin: async (set, requestedBy) => {
      await requireConfirmed(folder);
      const other = (await records.list()).find(({ state }) => !isSettled({ state }) || state === 'READY');
      if (running !== null || other !== undefined) throw another(other);
      const { set: backup, cutAt } = set.manifest;
      const restore: Restore = {
        ...{ id: newRestoreId(now()), backup, cutAt, requestedBy, startedAt: now().toISOString() },
        ...{ scope: { kind: 'INSTALLATION' }, mode: null, withAccess: true, state: 'RUNNING' },
        ...{ finishedAt: null, switchedAt: null, progress: null, problem: null, receipt: NOTHING_RESTORED },
      };
      const stop = new AbortController();
      const begun = Promise.withResolvers<void>();
      const own: Running = {
        id: restore.id,
        stop,
        progress: { step: 'beginning', done: 0, total: 0 },
        ended: begun.promise
          .then(() =>
            run(restore, set, stop.signal, (progress) => {
              own.progress = progress;
              emitter.emit(restore.id);
            }),
          )
          .finally(() => {
            running = null;
            emitter.emit(restore.id);
          }),
      };
      // Taken before anything is waited for, so that of two that begin at once one is refused.
      running = own;
      own.ended.catch(() => undefined);
      try {
        await put(restore);
        begun.resolve();
      } catch (error) {
        begun.reject(error);
        throw error;
      }
      return restore;
    },
    list: () => records.list(),
    get,
    watch: (id, signal) => watchChanges({ id, signal, get, emitter, lookEveryMs, isOver: isSettled }),
    cancel: async (id) => {
      const restore = await get(id);
      if (running?.id === id) {
        running.stop.abort(
          new Problem('CANCELLED', 'The restore was cancelled. The running data is untouched.'),
        );
        await running.ended;
        return get(id);
      }
      if (restore.state !== 'READY')
        throw notThat(restore, 'Only one that runs or stands ready is cancelled.');
      await rm(join(folder, foldersOf(restore).beside), { recursive: true, force: true });
      return put({ ...restore, state: 'CANCELLED', finishedAt: now().toISOString() });
    },
    switchTo: async (id) => {
      const restore = await require(id, 'READY', 'It is switched to when it is READY.');
      await requireConfirmed(folder);
      const switching = await put({ ...restore, state: 'SWITCHING', problem: null });
      const back = backTo(restore, 'READY');
      const { known, read } = knownSince({ since: restore.startedAt, holds: 'RELEASED' }, back);
      renew({
        last: read,
        between: () =>
          decidedIn(foldersOf(restore).beside, switching, known)
            .then((decided) => takePlace(folder, decided, now()))
            .catch(back),
        undo: async () => {
          await giveWay(folder, now());
          await put({ ...restore, state: 'FAILED', finishedAt: now().toISOString(), problem: DID_NOT_OPEN });
        },
      });
      return switching;
    },
    confirm: async (id) => {
      await require(id, 'SWITCHED', 'It is confirmed when it is SWITCHED.');
      await confirmLast(folder, now());
      emitter.emit(id);
      return get(id);
    },
    revert: async (id) => {
      const restore = await require(id, 'SWITCHED', 'It is reverted when it is SWITCHED.');
      await requireKept(folder);
      const reverting = await put({ ...restore, state: 'REVERTING', problem: null });
      const back = backTo(restore, 'SWITCHED');
      const since = restore.switchedAt ?? restore.cutAt;
      const { known, read } = knownSince({ since, holds: 'IN_FORCE' }, back);
      renew({
        last: read,
        between: () =>
          decidedIn(foldersOf(restore).kept, reverting, known)
            .then(put)
            .then(() => giveWay(folder, now()))
            .catch(back),
        undo: async () => undefined,
      });
      return reverting;
    },
    close: async () => {
      running?.stop.abort(
        new Problem(
          'UNAVAILABLE',
          'The restore was stopped with its process. The running data is untouched; begin again.',
        ),
      );
      await running?.ended;
    },
  };
}

type Tell = (progress: BackupProgress) => void;

const DID_NOT_OPEN =
  'What was restored does not open, and so what was there before goes on. Restore from another backup; the log says why.';
