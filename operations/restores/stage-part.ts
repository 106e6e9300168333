/** A part of a backup in scratch engines beside what runs: read whole and verified before anything is done with it. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupProgress, BackupScope } from '../../model/backup.ts';
import type { Restore } from '../../model/restore.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { checkPart } from '../backups/read-set.ts';
import type { RestoredScope } from '../backups/restore-part.ts';
import { restoreSet } from '../backups/restore-set.ts';
import type { SetStore } from '../backups/set-store.ts';
import { migrateAlone } from '../migrations/migrations.ts';
import type { Installation } from '../move/installation.ts';
import type { OpenInstallation } from './restore-beside.ts';

export interface StageOptions {
  readonly sets: SetStore;
  /** The data folder of this process. */
  readonly folder: string;
  /** Embedded engines, whatever the installation runs on. */
  readonly open: OpenInstallation;
  readonly now: () => Date;
  readonly log: Log;
}

/** Rejects with BACKUP_DAMAGED where anything of the backup is not as it was written. */
export async function stagePart(
  { sets, folder, open, now, log }: StageOptions,
  { id, backup, scope }: Restore,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (progress: BackupProgress) => void },
): Promise<Installation & { readonly discard: () => Promise<void> }> {
  const set = await sets.open(backup, signal);
  const place = join(folder, 'restores', `part-${id}`);
  // What a process left that was killed is made again: it may be of any moment.
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const to = await open(place, set.manifest.embedder);
  const discard = async () => {
    await to.close();
    await rm(place, { recursive: true, force: true });
  };
  try {
    // Every record passes by, also of what is not wanted; but for the files, which no part needs.
    await restoreSet({
      ...{ target: sets.target, set, to, signal, only: onlyOf(scope) },
      onProgress: (step, done, total) => onProgress({ step: `reading ${step}`, done, total }),
    });
    for (const part of set.manifest.parts)
      if (part.kind === 'files') await checkPart(part, { target: sets.target, set, signal });
    // What comes back from here must be as what runs: that has made its migrations, and will not look again.
    await migrateAlone({ graph: to.graph, now, log }, signal);
    return { ...to, discard };
  } catch (error) {
    await discard();
    throw signal.aborted || !(error instanceof Problem) ? error : unchanged(error);
  }
}

function onlyOf(scope: BackupScope): RestoredScope | null {
  switch (scope.kind) {
    case 'INSTALLATION':
      return null;
    case 'TENANT':
      return { tenant: scope.tenant };
    case 'COLLECTION':
      return { tenant: scope.tenant, collectionId: scope.collectionId };
  }
}

function unchanged(problem: Problem): Problem {
  const { code, message, retryAfterMs } = problem;
  return new Problem(code, `${message} Nothing was changed.`, {
    cause: problem,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
