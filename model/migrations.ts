/** Changes of the data that is stored already, from one version of Trellis to the next. */

export type MigrationState = 'PENDING' | 'REQUESTED' | 'RUNNING' | 'DONE' | 'REVERTED';

export interface MigrationReport {
  /** From 1 on, without gaps. */
  readonly number: number;
  readonly name: string;
  /** What it changes, in a sentence. */
  readonly description: string;
  readonly state: MigrationState;
  /** What it looks at, and how much of that is done; 0 before it has begun. */
  readonly done: number;
  readonly total: number;
  /** Why it does not go on now. */
  readonly problem: string | null;
  /** RFC 3339. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Whether it can be taken back. */
  readonly canRevert: boolean;
}
