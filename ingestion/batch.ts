/** A batch of submissions on its way through the steps, and what the steps work with. */

import type { IngestionStep } from '../model/jobs.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { FailedSubmission, Submission } from '../stores/graph/statements/submissions.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedders } from '../text/embedders.ts';
import type { Extractor } from '../text/extractor.ts';
import type { Analysis } from './analysis.ts';
import type { ReadDocument, ResolvedDocument } from './analysis.worker.ts';
import type { Exclusive } from './exclusive.ts';
import type { BaseKnowledge } from './steps/reuse.ts';
import type { NewVersion } from './steps/write.ts';

export interface BatchTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  readonly analysis: Analysis;
  readonly embedders: Embedders;
  /** Asks a model beside the rules, where one is configured. */
  readonly modelExtractor: ((jobId: string) => Extractor) | null;
  readonly exclusive: Exclusive;
  readonly now: () => Date;
  /** Told the step that a job enters. */
  readonly onStep: (jobId: string, step: IngestionStep) => void;
}

/** A batch that was read and understood, and is not written yet. */
export interface PreparedBatch {
  readonly tenant: string;
  readonly jobId: string;
  readonly versions: readonly SubmittedVersion[];
  /** Chunks that are in an index already, and not yet in the graph, each with the name of that index. */
  readonly ahead: ReadonlyMap<string, string>;
  /** How often removals had been done late before that: once more, and chunks of `ahead` may have gone with them. */
  readonly lateRemovals: number;
  readonly failures: readonly (FailedSubmission & { readonly documentId: string })[];
}

export type SubmittedVersion = NewVersion & { readonly submission: Submission; readonly text: Uint8Array };

/** A submission with its raw bytes. */
export type RawSubmission = { readonly submission: Submission; readonly bytes: Uint8Array };
export type ReadSubmission = { readonly submission: Submission; readonly document: ReadDocument };
/** A submission that was read, and of which it is known what is in it. */
export interface UnderstoodSubmission {
  readonly submission: Submission;
  readonly document: ResolvedDocument;
  /** What is known without asking a model, one a chunk, in order; null where no model is asked. */
  readonly base: readonly BaseKnowledge[] | null;
}
export type Failures = (FailedSubmission & { readonly documentId: string })[];
