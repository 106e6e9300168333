/**
 * `trellis backups --offline`: what lies at the target, read with the settings of this machine, for when no server answers
 * and somebody has to choose what to restore.
 */

import { type Backup, isProven } from '../model/backup.ts';
import { fromStatus, orUnreadable, type SetStore, toBackup } from '../operations/backups/set-store.ts';
import { createConfiguredSets, noBackups } from '../parts/backups.ts';
import type { Config } from '../platform/config.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import type { BackupReport } from './backups.ts';

/** All of them, the newest first. */
export async function listOffline(
  config: Config,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<readonly BackupReport[]> {
  const sets = createConfiguredSets(config, secrets);
  if (sets === null) throw noBackups();
  const found: BackupReport[] = [];
  for (const id of await sets.ids(signal)) {
    const backup = await readBackup(sets, id, signal);
    if (backup !== null) found.push(toReport(backup));
  }
  return found;
}

/** One that cannot be read keeps no other from being listed. Null where nothing says what it was. */
async function readBackup(sets: SetStore, id: string, signal: AbortSignal): Promise<Backup | null> {
  const read = async () => toBackup(await sets.open(id, signal), await sets.verification(id, signal));
  const backup = await read().catch(orUnreadable(id));
  if (backup !== null) return backup;
  const status = await sets.status(id, signal);
  return status === null ? null : fromStatus(status);
}

function toReport({ scope, counts, ...backup }: Backup): BackupReport {
  return {
    ...backup,
    scope: scope.kind,
    tenant: scope.kind === 'INSTALLATION' ? null : scope.tenant,
    collection: scope.kind === 'COLLECTION' ? scope.collection : null,
    counts: Object.entries(counts).map(([name, count]) => ({ name, count })),
    isProven: isProven(backup),
  };
}
