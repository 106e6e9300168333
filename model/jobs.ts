/** Ingestion jobs: a promise to index what was acknowledged, and how far it got. */

export type JobState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';

export type IngestionStep = 'PARSE' | 'CHUNK' | 'EXTRACT' | 'RESOLVE' | 'EMBED' | 'WRITE';

export interface JobProgress {
  readonly documentsDone: number;
  readonly documentsTotal: number;
  /** The step most recently entered; null before the first and after the last. */
  readonly step: IngestionStep | null;
  readonly chunks: number;
  readonly entities: number;
}

/** One document of a job that could not be indexed, and why. */
export interface IngestionFailure {
  readonly documentId: string;
  readonly key: string | null;
  readonly title: string;
  readonly step: IngestionStep;
  /** A code of `platform/errors.ts`. */
  readonly code: string;
  readonly message: string;
}

export interface IngestionJob {
  readonly id: string;
  readonly tenant: string;
  readonly collectionId: string;
  readonly state: JobState;
  readonly progress: JobProgress;
  readonly failures: readonly IngestionFailure[];
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** Whether nothing more will happen to a job in this state. */
export function isFinished(state: JobState): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING';
}
