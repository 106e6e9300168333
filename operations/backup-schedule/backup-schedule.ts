/**
 * Backups by the clock, as the leader makes them: one when it is due, also when it fell due while nothing ran; then what the
 * policy does not keep goes; and from time to time the newest is restored on trial. What has been done, the target says, so
 * that another leader goes on where this one stopped.
 */

import { type Backup, isProven } from '../../model/backup.ts';
import { toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import type { Backups } from '../backups/backups.ts';
import type { Duty } from '../leader.ts';
import type { Calendar } from './calendar.ts';
import { type KeepPolicy, superseded } from './retention.ts';

/** Who made it: others, that people asked for, are theirs to remove. */
export const SCHEDULED_BY = 'schedule';

export interface BackupNotice {
  readonly type: 'backup.failed' | 'backup.drill_failed';
  /** Null where it failed before there was one. */
  readonly backup: string | null;
  /** When it was due. */
  readonly dueAt: string;
  readonly problem: string;
}

export interface BackupScheduleOptions {
  readonly backups: Pick<Backups, 'list' | 'begin' | 'ended' | 'cancel' | 'verify' | 'remove'>;
  readonly calendar: Calendar;
  /** When the newest backup is restored on trial; null: never. */
  readonly drills: Calendar | null;
  readonly keep: KeepPolicy;
  readonly timeZone: string;
  readonly notify: (notice: BackupNotice, signal: AbortSignal) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
  readonly lookEveryMs?: number;
}

export interface BackupSchedule extends Duty {
  /** Does what is due now, and nothing where nothing is. Never rejects. */
  look(signal: AbortSignal): Promise<void>;
}

const LOOK_EVERY_MS = 30_000;
/** What failed is tried again after this, in ms, until it is done or the next one is due. */
const RETRY_AFTER_MS = 900_000;
/** A failed run is kept for so long for people to look at, in ms. */
const FAILED_KEPT_MS = 7 * 86_400_000;

export function createBackupSchedule(options: BackupScheduleOptions): BackupSchedule {
  const { now, log, lookEveryMs = LOOK_EVERY_MS } = options;
  const told = new Set<string>();
  const tries = new Map<BackupNotice['type'], number>();

  /** Once for each time that it was due: every retry that fails as well would be noise. */
  const tell = async (notice: BackupNotice, signal: AbortSignal): Promise<void> => {
    const once = `${notice.type} ${notice.dueAt}`;
    log.error({ ...notice }, 'A scheduled backup or its trial failed.');
    if (told.has(once)) return;
    told.add(once);
    await options.notify(notice, signal).catch((error: unknown) => {
      told.delete(once);
      log.error({ error }, 'Nobody could be notified of it; tried again with the next failure.');
    });
  };
  /** Runs what is due, unless it was tried a moment ago; what it rejects with is told. */
  const attempt = async (
    type: BackupNotice['type'],
    dueAt: Date,
    signal: AbortSignal,
    work: () => Promise<Failure | null>,
  ): Promise<void> => {
    if (now().getTime() - (tries.get(type) ?? Number.NEGATIVE_INFINITY) < RETRY_AFTER_MS) return;
    const failure = await work().catch((error: unknown) => ({
      backup: null,
      problem: toProblem(error).message,
    }));
    if (failure === null || signal.aborted) return;
    tries.set(type, now().getTime());
    await tell({ type, dueAt: dueAt.toISOString(), ...failure }, signal);
  };
  const schedule = {
    look: async (signal: AbortSignal): Promise<void> => {
      const dueAt = options.calendar.lastDue(now());
      if (dueAt !== null)
        await attempt('backup.failed', dueAt, signal, () => backUpWhereDue(options, dueAt, signal));
      const drillAt = options.drills?.lastDue(now()) ?? null;
      if (drillAt !== null && !signal.aborted)
        await attempt('backup.drill_failed', drillAt, signal, () => drillWhereDue(options, drillAt, signal));
    },
  };
  return {
    ...schedule,
    name: 'backups by the clock',
    run: async (signal) => {
      while (!signal.aborted) {
        await schedule.look(signal);
        await pause(lookEveryMs, signal);
      }
    },
  };
}

interface Failure {
  readonly backup: string | null;
  readonly problem: string;
}

/** Null where it is done, or is not due. A backup that somebody else made since then is as good. */
async function backUpWhereDue(
  options: BackupScheduleOptions,
  dueAt: Date,
  signal: AbortSignal,
): Promise<Failure | null> {
  const { backups } = options;
  const all = whole(await backups.list(signal));
  if (
    all.some(
      ({ state, startedAt }) => state !== 'FAILED' && state !== 'CANCELLED' && isSince(startedAt, dueAt),
    )
  )
    return null;
  const { id } = await backups.begin({ scope: { kind: 'INSTALLATION' }, createdBy: SCHEDULED_BY });
  const stop = () => void backups.cancel(id).catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  const made = await backups.ended(id).finally(() => signal.removeEventListener('abort', stop));
  if (made.state !== 'SUCCEEDED') return { backup: id, problem: made.problem ?? `It is ${made.state}.` };
  await removeSuperseded(options, signal);
  return null;
}

/** Only after one succeeded: whoever fails to make new ones keeps the old ones. */
async function removeSuperseded(options: BackupScheduleOptions, signal: AbortSignal): Promise<void> {
  const { backups, keep, timeZone, now, log } = options;
  const own = whole(await backups.list(signal)).filter(({ createdBy }) => createdBy === SCHEDULED_BY);
  const failed = own.filter(
    ({ state, startedAt }) =>
      (state === 'FAILED' || state === 'CANCELLED') &&
      now().getTime() - Date.parse(startedAt) > FAILED_KEPT_MS,
  );
  for (const { id } of [...superseded(own, keep, timeZone), ...failed]) {
    if (signal.aborted) return;
    await backups
      .remove(id)
      .then(() => log.info({ backup: id }, 'A backup was removed, as the policy says.'))
      .catch((error: unknown) => log.warn({ backup: id, error }, 'A backup could not be removed.'));
  }
}

/**
 * Restores the newest on trial, unless one was tried since then. A backup that was due by then and came late, since it
 * failed at first, is tried as well: the trial before it proved an older one.
 */
async function drillWhereDue(
  { backups, calendar }: BackupScheduleOptions,
  dueAt: Date,
  signal: AbortSignal,
): Promise<Failure | null> {
  const all = whole(await backups.list(signal)).filter(({ state }) => state === 'SUCCEEDED');
  const isTried = (each: Backup) => isProven(each) && isSince(each.verification?.verifiedAt ?? '', dueAt);
  const [newest] = all.toSorted((left, right) => Date.parse(right.startedAt) - Date.parse(left.startedAt));
  if (newest === undefined) return null;
  const wasDueAt = calendar.lastDue(new Date(newest.startedAt));
  const isLate = newest.createdBy === SCHEDULED_BY && wasDueAt !== null && wasDueAt <= dueAt;
  if (isLate ? isTried(newest) : all.some(isTried)) return null;
  const { verification } = await backups.verify(newest.id, 'RESTORE', { signal });
  if (verification !== null && verification.findings.length === 0) return null;
  return { backup: newest.id, problem: verification?.findings.join(' ') ?? 'Nothing was found out.' };
}

function whole(all: readonly Backup[]): readonly Backup[] {
  return all.filter(({ scope }) => scope.kind === 'INSTALLATION');
}

function isSince(at: string, moment: Date): boolean {
  return Date.parse(at) >= moment.getTime();
}
