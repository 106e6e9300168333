/** Taking documents in: check each, keep its bytes, note job and submissions, and only then say yes. */

import { randomUUID } from 'node:crypto';
import type { Collection } from '../model/documents.ts';
import { collectionId } from '../model/ids.ts';
import { isFinished } from '../model/jobs.ts';
import { badInput, type FieldError, Problem, type ProblemCode } from '../platform/errors.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import type { GraphStore, Statement } from '../stores/graph/graph-store.ts';
import { createCollection } from '../stores/graph/statements/collections.ts';
import { createDocuments, type DocumentNode, documentsByIds } from '../stores/graph/statements/documents.ts';
import { createJob, growJob, type JobNode, jobById, sealJobs } from '../stores/graph/statements/jobs.ts';
import { createSubmissions, submissionsOfDocuments } from '../stores/graph/statements/submissions.ts';
import { checkCollectionName } from './collection-name.ts';
import { type CheckedDocument, checkDocument, type DocumentInput } from './document-input.ts';
import type { Alone, Exclusive } from './exclusive.ts';
import { BATCH_BYTES_MAX, BATCH_DOCUMENTS_MAX, type IngestionLimits } from './limits.ts';
import { type PrivacyTools, policyInForce, type Shield } from './privacy/policy-in-force.ts';
import { identityUnder, sealed } from './privacy/seal-submission.ts';
import { keepContents } from './removals.ts';
import { holdsAgainst, mayNotReplace } from './retention/kept-versions.ts';
import { toPendingDocument, toSubmission } from './submitted-document.ts';

export type Outcome = 'NEW' | 'CHANGED' | 'UNCHANGED';

export interface AcceptedDocument {
  /** Position in the call. */
  readonly index: number;
  readonly documentId: string;
  readonly outcome: Outcome;
}

export interface RejectedDocument {
  readonly index: number;
  readonly key: string | null;
  readonly code: ProblemCode;
  readonly message: string;
  readonly errors: readonly FieldError[];
}

/** The documents of a call, told apart; nothing is written yet. */
export interface Triage {
  readonly accepted: readonly (AcceptedDocument & { readonly document: CheckedDocument })[];
  readonly rejected: readonly RejectedDocument[];
  /** What the documents are to be protected with; null where they are kept as they come. */
  readonly shield: Shield | null;
}

export interface SubmitTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly exclusive: Exclusive;
  readonly limits: IngestionLimits;
  readonly privacy: Pick<PrivacyTools, 'tenantKeys' | 'defaults'>;
  readonly now: () => Date;
}

/**
 * Checks each document and compares it with what is there or waits to be, and with what may not be replaced. Four reads
 * at most, whatever their number.
 */
export async function triage(
  tools: SubmitTools,
  tenant: string,
  collection: string,
  inputs: readonly DocumentInput[],
): Promise<Triage> {
  const { graph, limits } = tools;
  const target = collectionId(tenant, checkCollectionName(collection));
  const { shield } = await policyInForce({ ...tools, ...tools.privacy }, tenant, target);
  const identify = identityUnder(shield);
  const checked: { readonly index: number; readonly document: CheckedDocument }[] = [];
  const rejected: RejectedDocument[] = [];
  const seen = new Map<string, number>();
  for (const [index, input] of inputs.entries()) {
    try {
      const document = checkDocument(input, target, limits, identify);
      const before = seen.get(document.documentId);
      if (before !== undefined) throw sameAs(document, before);
      seen.set(document.documentId, index);
      checked.push({ index, document });
    } catch (error) {
      rejected.push(toRejection(index, input, error));
    }
  }
  const ids = checked.map(({ document }) => document.documentId);
  const [stored, waiting] = await Promise.all([
    graph.read(documentsByIds(tenant, ids)),
    graph.read(submissionsOfDocuments(ids)),
  ]);
  const storedById = new Map(stored.map((document) => [document.id, document]));
  const waitingVersions = new Map(waiting.map(({ documentId, versionHash }) => [documentId, versionHash]));
  const kept = await holdsAgainst(
    graph,
    tenant,
    checked.map(({ document }) => document),
    stored.map((one) => ({ ...one, versionHash: one.versionHash ?? waitingVersions.get(one.id) ?? null })),
  );
  const allowed = checked.filter(({ index, document: { documentId, key } }) => {
    const hold = kept.get(documentId);
    if (hold !== undefined) rejected.push(toRejection(index, { key }, mayNotReplace(documentId, hold)));
    return hold === undefined;
  });
  const accepted = allowed.map(({ index, document }) => ({
    index,
    documentId: document.documentId,
    outcome: outcomeOf(
      document,
      storedById.get(document.documentId),
      waitingVersions.has(document.documentId),
    ),
    document,
  }));
  return { accepted, rejected: rejected.toSorted((a, b) => a.index - b.index), shield };
}

function sameAs({ key }: CheckedDocument, before: number): Problem {
  if (key === null)
    return badInput(
      'content',
      `is the same as that of the document at ${before}. Send it once, or give both a key.`,
    );
  return badInput('key', `names the same document as the one at ${before}. Send it once.`);
}

function toRejection(index: number, input: Pick<DocumentInput, 'key'>, error: unknown): RejectedDocument {
  if (!(error instanceof Problem)) throw error;
  return { index, key: input.key ?? null, code: error.code, message: error.message, errors: error.errors };
}

/** A version that waits may differ from the stored one, so the new one queues behind it whatever it holds. */
function outcomeOf(document: CheckedDocument, stored: DocumentNode | undefined, waits: boolean): Outcome {
  if (stored === undefined) return 'NEW';
  if (!waits && stored.status === 'READY' && stored.versionHash === document.versionHash) return 'UNCHANGED';
  return stored.versionHash === null ? 'NEW' : 'CHANGED';
}

/** A job that is being filled; it becomes the workers' once it is sealed. */
export interface OpenJob {
  readonly job: JobNode;
  /**
   * Adds documents; durable when it resolves. Gives how many were added, those without change left out. Rejects with
   * CONFLICT when the job was cancelled, or sealed because nothing was added for too long. `beside` is done in the same
   * transaction; `alone` is of whoever has the index already.
   */
  add(
    triaged: Pick<Triage, 'accepted' | 'shield'>,
    beside?: readonly Statement<unknown>[],
    alone?: Alone,
  ): Promise<number>;
  /** Says that the job is whole. Durable when it resolves. */
  seal(): Promise<void>;
}

export interface OpenJobOptions {
  /** Whether documents come in several calls of `add`, and the job waits for its `seal`. */
  readonly streamed: boolean;
}

/** Begins a job. Nothing is written before the first document is added. */
export function openJob(
  tools: Omit<SubmitTools, 'limits'>,
  tenant: string,
  collectionName: string,
  { streamed }: OpenJobOptions,
): OpenJob {
  const createdAt = tools.now().toISOString();
  const name = checkCollectionName(collectionName);
  const collection: Collection = {
    id: collectionId(tenant, name),
    tenant,
    name,
    description: null,
    createdAt,
  };
  const job: JobNode = {
    id: `job_${randomUUID().replaceAll('-', '')}`,
    tenant,
    collectionId: collection.id,
    state: 'QUEUED',
    total: 0,
    batches: 0,
    done: 0,
    failed: 0,
    chunks: 0,
    entities: 0,
    createdAt,
    finishedAt: null,
    open: streamed,
  };
  let position = 0;
  const batches = createBatching(job.id);

  return {
    job,
    add: async ({ accepted, shield }, beside = [], alone = undefined) => {
      const graph = alone?.graph ?? tools.graph;
      const changed = accepted.filter(({ outcome }) => outcome !== 'UNCHANGED');
      const work = await Promise.all(changed.map(({ document }) => sealed(document, shield)));
      if (work.length === 0) return 0;
      if (position > 0) await requireOpen(graph, job.id);
      const contents = work.map(({ contentHash: hash, bytes }) => ({ tenant, hash, bytes }));
      await tools.content.put(contents);
      // Not when its job began: an upload may take hours, and what came meanwhile from elsewhere was earlier.
      const at = tools.now().toISOString();
      const submissions = work.map((document) =>
        toSubmission(document, job, {
          batch: batches.next(document.bytes.length),
          position: position++,
          submittedAt: at,
        }),
      );
      await graph.write([
        createCollection(collection),
        ...(position === work.length ? [createJob(job)] : []),
        growJob({ jobId: job.id, more: work.length, batches: batches.count(), grownAt: at }),
        createDocuments(work.map((document) => toPendingDocument(document, job, at))),
        createSubmissions(submissions),
        ...beside,
      ]);
      const exclusive: Exclusive = alone === undefined ? tools.exclusive : (run) => run(alone);
      await keepContents({ ...tools, graph, exclusive }, contents);
      return work.length;
    },
    seal: async () => {
      if (streamed && position > 0) await tools.graph.write([sealJobs([job.id])]);
    },
  };
}

async function requireOpen(graph: GraphStore, jobId: string): Promise<void> {
  const [job] = await graph.read(jobById(jobId));
  if (job?.open === true && !isFinished(job.state)) return;
  throw new Problem(
    'CONFLICT',
    'This upload’s job was cancelled, or closed because nothing came for too long. Send what is missing again; what is there already is recognised.',
  );
}

/** Names of batches, one after another, each bounded in documents and bytes. */
function createBatching(jobId: string) {
  let count = 0;
  let documents = 0;
  let size = 0;
  return {
    count: () => count,
    next: (bytes: number): string => {
      if (count === 0 || documents === BATCH_DOCUMENTS_MAX || size + bytes > BATCH_BYTES_MAX) {
        count += 1;
        documents = 0;
        size = 0;
      }
      documents += 1;
      size += bytes;
      return batchName(jobId, count - 1);
    },
  };
}

export function batchName(jobId: string, number: number): string {
  return `${jobId}:${number}`;
}
