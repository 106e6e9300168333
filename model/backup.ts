/** Backups: what one holds, how it came about, and how far it has been proven. */

/** How much a backup holds. */
export type BackupScope =
  | { readonly kind: 'INSTALLATION' }
  | { readonly kind: 'TENANT'; readonly tenant: string }
  | {
      readonly kind: 'COLLECTION';
      readonly tenant: string;
      readonly collectionId: string;
      /** Its name. */
      readonly collection: string;
    };

/** Only one that succeeded can be restored: its manifest is written last. */
export type BackupState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** `HASHES`: every part is as it was written. `RESTORE`: it was restored on trial, and what came back was compared. */
export type VerificationLevel = 'HASHES' | 'RESTORE';

export interface BackupVerification {
  readonly level: VerificationLevel;
  /** RFC 3339. */
  readonly verifiedAt: string;
  /** What was found wrong, in sentences; empty for a backup that is good as far as the level goes. */
  readonly findings: readonly string[];
}

export interface BackupProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export interface Backup {
  readonly id: string;
  readonly scope: BackupScope;
  readonly state: BackupState;
  /** RFC 3339; of the run, not of the state that it holds. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly createdBy: string;
  /** When the graph was as the backup has it; null before that moment. */
  readonly cutAt: string | null;
  /** The graph's revision then. */
  readonly revision: number | null;
  /** How much there is of each label and kind of edge; empty until it succeeded. */
  readonly counts: Readonly<Record<string, number>>;
  readonly parts: number;
  /** Before compression, in bytes. */
  readonly plainBytes: number;
  /** As they are stored, in bytes, those included that earlier backups have written. */
  readonly storedBytes: number;
  /** Of those, how many bytes this backup did not have to write. */
  readonly reusedBytes: number;
  /** The master key that its keys are wrapped with; null until it succeeded. */
  readonly sealedBy: string | null;
  readonly progress: BackupProgress | null;
  /** Why it failed. */
  readonly problem: string | null;
  /** The highest level that was tried last; null for one that is unproven. */
  readonly verification: BackupVerification | null;
}

/** Whether it was restored on trial, and came back whole. */
export function isProven({ verification }: Pick<Backup, 'verification'>): boolean {
  return verification?.level === 'RESTORE' && verification.findings.length === 0;
}
