/** What could not be indexed and waits for somebody: to be replayed, once the reason is gone, or discarded. */

import type { IngestionStep } from './jobs.ts';

export interface DeadLetter {
  readonly id: string;
  readonly tenant: string;
  readonly jobId: string;
  readonly documentId: string;
  readonly collectionId: string;
  readonly key: string | null;
  readonly title: string | null;
  readonly mediaType: string;
  readonly step: IngestionStep;
  /** A code of `platform/errors.ts`. */
  readonly code: string;
  readonly message: string;
  /** RFC 3339. */
  readonly submittedAt: string;
  /** Null where it failed before that was noted. */
  readonly failedAt: string | null;
  /** Whether the document was submitted again since: then it is not replayed. */
  readonly isReplaced: boolean;
}

/** All conditions must hold. */
export interface DeadLetterFilter {
  /** Name of a collection; null for every one. */
  readonly collection: string | null;
  readonly jobId: string | null;
  readonly step: IngestionStep | null;
  readonly code: string | null;
}
