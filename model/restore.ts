/** Restores into an installation that runs: what is brought back, how far that is, and what came of it. */

import { randomBytes } from 'node:crypto';
import type { BackupProgress, BackupScope } from './backup.ts';

/**
 * The whole installation is restored beside the running data (`RUNNING`), stands there (`READY`), takes its place
 * (`SWITCHING`, `SWITCHED`), and either stays (`CONFIRMED`) or gives way again (`REVERTING`, `REVERTED`). A part of it is
 * brought back among what runs (`RUNNING`), and that is all (`DONE`).
 */
export type RestoreState =
  | 'RUNNING'
  | 'READY'
  | 'SWITCHING'
  | 'SWITCHED'
  | 'CONFIRMED'
  | 'REVERTING'
  | 'REVERTED'
  | 'DONE'
  | 'FAILED'
  | 'CANCELLED';

/** What becomes of documents that came after the backup: they stay, or they go. */
export type RestoreMode = 'MERGE' | 'REPLACE';

/** Of one tenant or one collection, among others that run. */
export type PartScope = Exclude<BackupScope, { readonly kind: 'INSTALLATION' }>;

/** What is asked for, of such a part. */
export interface AskedPart {
  readonly backup: string;
  readonly cutAt: string;
  readonly scope: PartScope;
  readonly mode: RestoreMode;
  readonly withAccess: boolean;
  readonly requestedBy: string;
}

export interface RestoreFailure {
  readonly documentId: string;
  readonly reason: string;
}

/** What came of a restore, in documents. */
export interface RestoreReceipt {
  /** As the backup has them, and were not before. */
  readonly restored: number;
  /**
   * Those of them that came from before a privacy policy: they are indexed anew under it, and found when the jobs that do
   * so are done.
   */
  readonly anew: number;
  /** Came after the backup, and went. */
  readonly removed: number;
  /** Were as the backup has them. */
  readonly unchanged: number;
  /** Are under a legal hold, and were left as they are. */
  readonly held: number;
  /** Were erased for somebody since the backup, and stay away. */
  readonly erased: number;
  /** Could not be brought back. */
  readonly failed: number;
  /** The first of those. */
  readonly failures: readonly RestoreFailure[];
  /** Users, roles and API keys that were missing, and came back. */
  readonly access: number;
  /** Ids of treatments that it has begun, of documents from before privacy policies. */
  readonly treatments: readonly string[];
}

export interface Restore {
  readonly id: string;
  readonly backup: string;
  /** What of the backup. */
  readonly scope: BackupScope;
  /** Null for the whole installation. */
  readonly mode: RestoreMode | null;
  /** Whether users, roles and API keys of the tenant that are missing come back as well. */
  readonly withAccess: boolean;
  readonly state: RestoreState;
  /** Subject of who asked for it. */
  readonly requestedBy: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** When the restored data took the place of what was there. */
  readonly switchedAt: string | null;
  /** The moment whose state it brings back. */
  readonly cutAt: string;
  readonly progress: BackupProgress | null;
  /** Why it failed, or does not go on. */
  readonly problem: string | null;
  readonly receipt: RestoreReceipt;
  /** Where the old data is kept, of the whole installation; a folder of the data folder where it is left out. */
  readonly kept?: string;
}

export const NOTHING_RESTORED: RestoreReceipt = {
  ...{ restored: 0, anew: 0, removed: 0, unchanged: 0, held: 0, erased: 0, failed: 0, failures: [] },
  ...{ access: 0, treatments: [] },
};

/** By time, so that ids are in the order in which restores were asked for. */
export function newRestoreId(now: Date): string {
  return `${now.toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;
}

/** Of the data folder: where the whole installation is restored, and where what was there is kept. */
export function foldersOf({ id }: Pick<Restore, 'id'>): { readonly beside: string; readonly kept: string } {
  return { beside: `restores/${id}`, kept: `restores/before-${id}` };
}

/** Whether nothing more happens to it by itself. */
export function isSettled({ state }: Pick<Restore, 'state'>): boolean {
  return state !== 'RUNNING' && state !== 'SWITCHING' && state !== 'REVERTING';
}

/** What is lost and what is kept, for whoever decides. */
export function noticeOf(restore: Restore): string {
  const { state, scope, cutAt, mode } = restore;
  const { kept = foldersOf(restore).kept } = restore;
  if (scope.kind !== 'INSTALLATION')
    return mode === 'REPLACE'
      ? `Documents are as of ${cutAt}; what was changed or added since gives way. Nothing of it is kept but in backups.`
      : `Documents that the backup has are as of ${cutAt}; what was changed in them since gives way, and is kept in backups alone. Others stay.`;
  switch (state) {
    case 'RUNNING':
    case 'READY':
    case 'SWITCHING':
      return `It holds the state of ${cutAt}. What was and is written from then until the switch is not carried over: it stays in the old data, which is kept in ${kept} until the restore is confirmed.`;
    case 'SWITCHED':
      return `The installation is as of ${cutAt}, and what was written since the switch. What was written between ${cutAt} and the switch is in the old data alone, in ${kept}, until this restore is confirmed or reverted.`;
    case 'CONFIRMED':
      return `The installation is as of ${cutAt}, and what was written since the switch. The old data is gone.`;
    case 'REVERTING':
    case 'REVERTED':
      return 'The installation is what it was before the switch. What was written after it is gone; erasures and privacy policies of that time are done again in it.';
    case 'DONE':
    case 'FAILED':
    case 'CANCELLED':
      return 'The running data is untouched.';
  }
}

/**
 * An erasure is noted before its documents go, which waits for a backup's cut: that has the note, and the documents as well.
 * What was decided so shortly before a cut is done again, also where clocks of processes differ by some of it, in ms.
 */
const BEFORE_MS = 300_000;

/** From when on what was decided is done again behind a restore of that moment (both RFC 3339). */
export function decidedFrom(cutAt: string): string {
  return new Date(Date.parse(cutAt) - BEFORE_MS).toISOString();
}
