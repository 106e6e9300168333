/** A batch of submissions on its way through the steps, and what the steps work with. */

import type { IngestionStep } from '../model/jobs.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { FailedSubmission, Submission } from '../stores/graph/statements/submissions.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedders } from '../text/embedders.ts';
import type { Extractor } from '../text/extractor.ts';
import type { Protection } from '../text/personal-data/protect.ts';
import type { Analysis } from './analysis.ts';
import type { ReadDocument, ResolvedDocument } from './analysis.worker.ts';
import type { Exclusive } from './exclusive.ts';
import type { Said } from './privacy/envelope.ts';
import type { PrivacyTools } from './privacy/policy-in-force.ts';
import type { BaseKnowledge } from './steps/reuse.ts';
import type { NewVersion } from './steps/version.ts';

export interface BatchTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  readonly analysis: Analysis;
  readonly embedders: Embedders;
  /** Asks a model beside the rules, where one is configured. */
  readonly modelExtractor: ((jobId: string) => Extractor) | null;
  readonly exclusive: Exclusive;
  readonly privacy: Pick<PrivacyTools, 'tenantKeys' | 'defaults'>;
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
  /** What an earlier preparation of the same submissions has stored, which nobody may need any more. */
  readonly formerly: {
    readonly chunkIds: readonly string[];
    readonly documentIds: readonly string[];
    readonly hashes: readonly string[];
  };
  /** What the privacy policy decided that it was read under, as JSON: another one may have been set since. */
  readonly terms: string;
}

export type SubmittedVersion = NewVersion & {
  readonly submission: Submission;
  readonly text: Uint8Array;
  /** What stands behind the pseudonyms in it, sealed; empty for nothing. */
  readonly pseudonyms: string;
  /** Where its raw bytes lie plain and may not any more; else null. */
  readonly late: LateSealing | null;
};

/** A submission with what it is read from: opened, where that is sealed. */
export interface OpenedSubmission {
  readonly submission: Submission;
  /** What its caller said of it: of a sealed one the submission itself does not have that. */
  readonly said: Said;
  readonly bytes: Uint8Array;
}

/** The same, with what is to become of personal data in it. */
export interface RawSubmission extends OpenedSubmission {
  /** Null where everything is kept as it comes. */
  readonly protection: Protection | null;
}

export interface ReadSubmission {
  readonly submission: Submission;
  /** As it may be stored. */
  readonly said: Said;
  readonly document: ReadDocument;
}

/** A submission that was read, and of which it is known what is in it. */
export interface UnderstoodSubmission {
  readonly submission: Submission;
  /** As it may be stored. */
  readonly said: Said;
  readonly document: ResolvedDocument;
  /** What is known without asking a model, one a chunk, in order; null where no model is asked. */
  readonly base: readonly BaseKnowledge[] | null;
}

export type Failures = (FailedSubmission & { readonly documentId: string })[];

/** What takes the place of raw bytes that lie plain. */
export interface LateSealing {
  /** As it came. */
  readonly from: Submission;
  /** As it is kept: without anything that its caller said. */
  readonly submission: Submission;
  /** Of its content. */
  readonly bytes: Uint8Array;
}
