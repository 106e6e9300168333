/**
 * Backups: begun, watched, cancelled, listed, verified and removed. What there is, the target says: it is asked, and
 * nothing is kept beside it that could be lost with the installation.
 */

import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Backup, BackupProgress, BackupScope, VerificationLevel } from '../../model/backup.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import type { Lease, Leases } from '../../stores/graph/leases/leases.ts';
import { watchChanges } from '../watch-changes.ts';
import { createKnownSets } from './known-sets.ts';
import { removeSet } from './remove-set.ts';
import { type BackupRooms, runBackup } from './run-backup.ts';
import { fromStatus, noSuchBackup, nullWhereNotFound, orUnreadable } from './set-store.ts';
import { type Tidied, tidyTarget } from './tidy-target.ts';
import { type ScratchMaker, verifySet } from './verify-set.ts';

export interface BackupRequest {
  readonly scope: BackupScope;
  /** The subject of who asks, or what does. */
  readonly createdBy: string;
}

export interface Backups {
  /** Resolves once it is under way, and told of as `RUNNING`. CONFLICT while another one is. */
  begin(request: BackupRequest): Promise<Backup>;
  /** Waits until a backup that this process has begun is over, and gives it, whether it succeeded or not. */
  ended(id: string): Promise<Backup>;
  /** All of them, the newest first. */
  list(signal?: AbortSignal): Promise<readonly Backup[]>;
  /** Some of them, the newest first; sets behind the page are not opened. */
  page(page: BackupPage, signal?: AbortSignal): Promise<readonly Backup[]>;
  /** NOT_FOUND where there is none. */
  get(id: string, signal?: AbortSignal): Promise<Backup>;
  /** Each time it has changed, until it is over. */
  watch(id: string, signal: AbortSignal): AsyncIterable<Backup>;
  /** Of any process; it stops within seconds. CONFLICT where it is over. */
  cancel(id: string): Promise<Backup>;
  /** Looks at all of it, which may take long. What was found stands on the backup. */
  verify(id: string, level: VerificationLevel, options: VerifyOptions): Promise<Backup>;
  /**
   * The same in the background: the backup tells by `progress` how far it is, and by `problem` where it could not be
   * looked at. CONFLICT while another one is verified.
   */
  beginVerification(id: string, level: VerificationLevel): Promise<Backup>;
  /**
   * Wraps its keys by the master key of now, so that the one before is not needed for it any more; nothing else is written.
   * CONFLICT while a backup is under way or another one is verified.
   */
  rewrap(id: string): Promise<Backup>;
  /** Frees what no other backup uses. CONFLICT while a backup is under way. */
  remove(id: string): Promise<void>;
  /** Frees what runs that died have left. CONFLICT while a backup is under way. */
  tidy(signal: AbortSignal): Promise<Tidied>;
  /** How many failed in this process; those that were cancelled did not. */
  failures(): number;
  /** Stops what this process has begun. Idempotent. */
  close(): Promise<void>;
}

export interface BackupPage {
  /** Id that the page begins behind; empty for the newest. */
  readonly before?: string;
  readonly limit?: number;
  readonly isWanted?: (backup: Backup) => boolean;
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
}

export interface BackupsOptions extends BackupRooms {
  readonly leases: Leases;
  /** An installation to restore into on trial, which is thrown away afterwards. */
  readonly makeScratch: ScratchMaker;
  /** How often a backup of another process is looked at while it is watched, in ms. */
  readonly lookEveryMs?: number;
}

const LEASE = 'backup';
/** There is room for one restore on trial at a time. */
const TRIAL_LEASE = 'backup-trial';
/** A backup of which nothing was heard for so long has died with its process, in ms. */
const SILENT_MS_MAX = 120_000;
const LOOK_EVERY_MS = 2_000;
/** Sets that are looked at side by side: a manifest may be large. */
const SETS_AT_ONCE = 4;

/** One that this process makes. */
interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<Backup>;
  last: Backup;
}

export function createBackups(options: BackupsOptions): Backups {
  const { sets, leases, log, now, lookEveryMs = LOOK_EVERY_MS } = options;
  const running = new Map<string, Running>();
  const emitter = new EventEmitter().setMaxListeners(0);
  /** Backups that this process verifies, or could not. */
  const verifying = new Map<string, Pick<Backup, 'progress' | 'problem'>>();
  const closing = new AbortController();
  const known = createKnownSets(sets);
  let failures = 0;

  const lease = async (): Promise<Lease> => {
    const taken = await leases.tryAcquire(LEASE);
    if (taken !== null) return taken;
    throw new Problem('CONFLICT', 'Another backup is under way. Wait for it, or cancel it.');
  };
  const get = async (id: string, signal?: AbortSignal): Promise<Backup> => {
    const own = running.get(id);
    if (own !== undefined) return own.last;
    const set = await known.listed(id, signal).catch(nullWhereNotFound);
    if (set !== null)
      return { ...set, verification: await sets.verification(id, signal), ...verifying.get(id) };
    const status = await sets.status(id, signal);
    if (status === null) throw noSuchBackup(id);
    const isSilent = now().getTime() - Date.parse(status.toldAt) > SILENT_MS_MAX;
    return fromStatus(status.state === 'RUNNING' && isSilent ? { ...status, ...DIED } : status);
  };
  const page = async (
    { before = '', limit = Number.POSITIVE_INFINITY, isWanted = () => true }: BackupPage,
    signal?: AbortSignal,
  ): Promise<readonly Backup[]> => {
    const ids = (await sets.ids(signal)).filter((id) => before === '' || id < before);
    const wanted: Backup[] = [];
    for (let at = 0; at < ids.length && wanted.length < limit; at += SETS_AT_ONCE) {
      const some = ids.slice(at, at + SETS_AT_ONCE);
      const found = await Promise.all(some.map((id) => get(id, signal).catch(orUnreadable(id))));
      wanted.push(...found.filter((backup) => backup !== null).filter(isWanted));
    }
    return wanted.slice(0, limit);
  };
  const start = async ({ scope, createdBy }: BackupRequest, held: Lease): Promise<Backup> => {
    const id = newId(now());
    const stop = new AbortController();
    const begun = Promise.withResolvers<void>();
    const note = (backup: Backup) => {
      own.last = backup;
      emitter.emit(id);
    };
    const ended = runBackup({
      ...options,
      ...{ id, scope, createdBy },
      signal: AbortSignal.any([stop.signal, held.signal]),
      onProgress: (progress) => {
        begun.resolve();
        note({ ...own.last, progress });
      },
    })
      .catch((error: unknown) => {
        const { code, message } = toProblem(error);
        begun.reject(error);
        const state = code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
        if (state === 'FAILED') {
          failures += 1;
          log.error({ backup: id, error }, 'A backup failed.');
        }
        return { ...own.last, state, problem: message, finishedAt: now().toISOString() } as const;
      })
      .finally(() => held.release())
      .then((backup) => {
        note(backup);
        running.delete(id);
        return backup;
      });
    const startedAt = now().toISOString();
    const first = { id, scope, createdBy, startedAt, toldAt: startedAt, progress: null, problem: null };
    const own: Running = { stop, ended, last: fromStatus({ ...first, state: 'RUNNING' }) };
    running.set(id, own);
    begun.promise.catch(() => undefined);
    await begun.promise;
    return own.last;
  };

  const verify = async (id: string, level: VerificationLevel, given: VerifyOptions, trial: Lease) => {
    const { signal, onProgress = () => undefined } = given;
    try {
      const set = await known.open(id, signal);
      const { makeScratch } = options;
      await verifySet({ sets, set, level, signal, makeScratch, now, onProgress });
    } finally {
      await trial.release();
    }
  };
  const takeTrial = async (): Promise<Lease> => {
    const trial = await leases.tryAcquire(TRIAL_LEASE);
    if (trial !== null) return trial;
    throw new Problem('CONFLICT', 'Another backup is being verified. Try again when that is done.');
  };

  return {
    begin: async (request) => {
      const held = await lease();
      return start(request, held);
    },
    ended: async (id) => running.get(id)?.ended ?? get(id),
    list: (signal) => page({}, signal),
    page,
    get,
    watch: (id, signal) => watchChanges({ id, signal, get, emitter, lookEveryMs, isOver }),
    cancel: async (id) => {
      const backup = await get(id);
      if (backup.state !== 'RUNNING')
        throw new Problem('CONFLICT', `The backup ${id} is over: it is ${backup.state}.`);
      const own = running.get(id);
      if (own === undefined) await sets.cancel(id);
      else own.stop.abort(new Problem('CANCELLED', 'The backup was cancelled.'));
      return (await own?.ended) ?? backup;
    },
    verify: async (id, level, given) => {
      await verify(id, level, given, await takeTrial());
      return get(id, given.signal);
    },
    beginVerification: async (id, level) => {
      await known.open(id);
      const trial = await takeTrial();
      const note = (said: Pick<Backup, 'progress' | 'problem'> | null) => {
        if (said === null) verifying.delete(id);
        else verifying.set(id, said);
        emitter.emit(id);
      };
      note({ progress: { step: 'parts', done: 0, total: 0 }, problem: null });
      const given = {
        signal: closing.signal,
        onProgress: (progress: BackupProgress) => note({ progress, problem: null }),
      };
      void verify(id, level, given, trial).then(
        () => note(null),
        (error: unknown) => {
          log.error({ backup: id, error }, 'A backup could not be verified.');
          note({ progress: null, problem: `It could not be verified. ${toProblem(error).message}` });
        },
      );
      return get(id);
    },
    rewrap: async (id) => {
      // Whoever removes it, or notes what a verification found, would be undone by what is written here.
      const held = await lease();
      try {
        const trial = await takeTrial();
        await sets
          .rewrap(id)
          .finally(() => known.forget(id))
          .finally(() => trial.release());
      } finally {
        await held.release();
      }
      return get(id);
    },
    remove: async (id) => {
      const held = await lease();
      try {
        // Until its manifest is gone, whoever looks has it remembered again.
        await removeSet(sets, await get(id), now()).finally(() => known.forget(id));
      } finally {
        await held.release();
      }
    },
    tidy: async (signal) => {
      const held = await lease();
      try {
        return await tidyTarget(sets, AbortSignal.any([signal, held.signal]));
      } finally {
        await held.release();
      }
    },
    failures: () => failures,
    close: async () => {
      closing.abort(new Problem('CANCELLED', 'The process is closing.'));
      const all = [...running.values()];
      for (const { stop } of all)
        stop.abort(new Problem('CANCELLED', 'The backup was stopped with its process. Begin it again.'));
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

function isOver({ state, progress }: Backup): boolean {
  return state !== 'RUNNING' && progress === null;
}

const DIED = {
  state: 'FAILED',
  problem: 'The process that made it has ended. Begin it again: what it has written is reused.',
} as const;

/** By time, so that ids are in the order in which backups were begun. */
function newId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:.]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}
