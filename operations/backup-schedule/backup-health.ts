/**
 * How old the newest backup is and the newest that was proven, for `health` and for metrics: a backup that was not made, or
 * was never restored, is worth knowing before it is needed.
 */

import { type Backup, isProven } from '../../model/backup.ts';
import type { HealthProbe, HealthReport } from '../../platform/health.ts';
import { probeHealth } from '../../platform/health-probe.ts';
import { untilAborted } from '../../platform/until-aborted.ts';
import type { Backups } from '../backups/backups.ts';
import type { Calendar } from './calendar.ts';

export interface BackupHealthOptions {
  readonly backups: Pick<Backups, 'list'>;
  /** Null where backups are made on request alone. */
  readonly calendar: Calendar | null;
  readonly drills: Calendar | null;
  readonly now: () => Date;
}

export interface BackupAges {
  /** Since the state that the newest has, in seconds; null where there is none. */
  readonly newest: number | null;
  /** The same of the newest that was restored on trial and came back whole. */
  readonly proven: number | null;
}

/** What the newest took. */
export interface LastBackup {
  readonly seconds: number;
  readonly storedBytes: number;
  readonly reusedBytes: number;
}

/** Where the target cannot be read, or not soon, it is told as it was known last: what is there only grows older. */
export interface BackupHealth extends HealthProbe {
  ages(): Promise<BackupAges>;
  /** Null where none is known. */
  last(): Promise<LastBackup | null>;
}

/** The target is asked again after this, in ms: whoever probes often must not list a bucket each time. */
const KEPT_MS = 60_000;
/** Whoever reads metrics does not wait longer for the target, in ms. */
const READ_MS_MAX = 3_000;
/** How long a backup that is due, or its trial, may take before it is missed, in ms. */
const GRACE_MS = 3_600_000;

export function createBackupHealth(options: BackupHealthOptions): BackupHealth {
  const { backups, now } = options;
  let kept: { readonly at: number; readonly found: Promise<Found> } | null = null;
  let lastFound: Found = { newest: null, proven: null, last: null };

  async function look(): Promise<Found> {
    const all = (await backups.list()).filter(
      ({ state, scope }) => state === 'SUCCEEDED' && scope.kind === 'INSTALLATION',
    );
    lastFound = { newest: newestOf(all), proven: newestOf(all.filter(isProven)), last: lastOf(all) };
    return lastFound;
  }
  const found = () => {
    const at = now().getTime();
    if (kept === null || at - kept.at > KEPT_MS) {
      const next = { at, found: look() };
      kept = next;
      next.found.catch(() => {
        if (kept === next) kept = null;
      });
    }
    return kept.found;
  };
  const known = () => untilAborted(found(), AbortSignal.timeout(READ_MS_MAX)).catch(() => lastFound);
  const ageOf = (at: number | null) => (at === null ? null : Math.max(0, (now().getTime() - at) / 1_000));

  return {
    ages: async () => {
      const { newest, proven } = await known();
      return { newest: ageOf(newest), proven: ageOf(proven) };
    },
    last: async () => (await known()).last,
    health: async (): Promise<HealthReport> => {
      let wrong: string | null = null;
      const report = await probeHealth(
        'backups',
        options.calendar === null ? 'on request' : 'by the clock',
        async () => {
          const { newest, proven } = await found();
          wrong = missed(options, newest, proven);
        },
      );
      if (report.state === 'DOWN') return { ...report, state: 'DEGRADED' };
      return wrong === null ? report : { ...report, state: 'DEGRADED', detail: wrong };
    },
  };
}

/** What is wrong, in a sentence. Nothing of the installation stops working for it, so it is never `DOWN`. */
function missed(
  { calendar, drills, now }: BackupHealthOptions,
  newest: number | null,
  proven: number | null,
): string | null {
  const at = new Date(now().getTime() - GRACE_MS);
  const due = calendar?.lastDue(at) ?? null;
  if (due !== null && (newest ?? 0) < due.getTime())
    return `The backup that was due at ${due.toISOString()} was not made; ${told('the newest', newest)}. The leader's log says why.`;
  if (drills !== null && newest !== null && proven === null)
    return 'No backup was ever restored on trial, so none is proven. Verify one with level RESTORE, or wait for the next trial.';
  return null;
}

function told(what: string, at: number | null): string {
  return at === null ? 'there is none' : `${what} is of ${new Date(at).toISOString()}`;
}

interface Found {
  /** When they were begun, in ms. */
  readonly newest: number | null;
  readonly proven: number | null;
  readonly last: LastBackup | null;
}

/** Of those that succeeded, the newest first. */
function lastOf([newest]: readonly Backup[]): LastBackup | null {
  if (newest === undefined || newest.finishedAt === null) return null;
  const { startedAt, finishedAt, storedBytes, reusedBytes } = newest;
  return { seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000, storedBytes, reusedBytes };
}

function newestOf(all: readonly { readonly startedAt: string }[]): number | null {
  return all.length === 0 ? null : Math.max(...all.map(({ startedAt }) => Date.parse(startedAt)));
}
