/** What metrics tell of backups: how old the newest are, what the last one took, and how many failed. */

import type { Measure } from '../../platform/gauges.ts';
import type { Backups } from '../backups/backups.ts';
import type { BackupHealth, LastBackup } from './backup-health.ts';

export function backupMeasures({
  health,
  backups,
}: {
  readonly health: Pick<BackupHealth, 'ages' | 'last'>;
  readonly backups: Pick<Backups, 'failures'>;
}): readonly Measure[] {
  // Where there is none, it is older than any bound.
  const age = async (of: 'newest' | 'proven') => (await health.ages())[of] ?? Number.POSITIVE_INFINITY;
  const ofLast = (value: (last: LastBackup) => number) => async () => {
    const last = await health.last();
    return last === null ? null : value(last);
  };
  const gauge = (name: string, help: string, read: Measure['read']): Measure => ({
    ...{ name, help, read },
    kind: 'gauge',
  });
  return [
    gauge(
      'trellis_backup_newest_age_seconds',
      'Since the newest backup of the installation was begun; +Inf where there is none.',
      () => age('newest'),
    ),
    gauge(
      'trellis_backup_proven_age_seconds',
      'Since the newest backup was begun that was restored on trial and came back whole; +Inf where there is none.',
      () => age('proven'),
    ),
    gauge(
      'trellis_backup_last_duration_seconds',
      'How long the newest backup took.',
      ofLast(({ seconds }) => seconds),
    ),
    gauge(
      'trellis_backup_last_stored_bytes',
      'Bytes of the newest backup as it is stored, those included that earlier ones had written.',
      ofLast(({ storedBytes }) => storedBytes),
    ),
    gauge(
      'trellis_backup_last_written_bytes',
      'Bytes that the newest backup had to write.',
      ofLast(({ storedBytes, reusedBytes }) => storedBytes - reusedBytes),
    ),
    {
      name: 'trellis_backup_failures_total',
      help: 'Backups that failed in this process since it started.',
      kind: 'counter',
      read: () => backups.failures(),
    },
  ];
}
