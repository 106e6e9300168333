/** The write path as others use it: take documents in, watch jobs, cancel, plan, delete. */

import { randomUUID } from 'node:crypto';
import type { Collection } from '../model/documents.ts';
import { collectionId } from '../model/ids.ts';
import { type IngestionFailure, type IngestionJob, isFinished } from '../model/jobs.ts';
import { badInput, Problem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Queue } from '../platform/queue/queue.ts';
import type { CallOptions } from '../stores/graph/graph-store.ts';
import { claimCollection } from '../stores/graph/statements/collections.ts';
import { type JobNode, jobsByIds, setJobState } from '../stores/graph/statements/jobs.ts';
import { putRemovals } from '../stores/graph/statements/removals.ts';
import {
  contentsWaitingOfJob,
  failuresOfJobs,
  takeBackWaitingOfJob,
} from '../stores/graph/statements/submissions.ts';
import type { Analysis } from './analysis.ts';
import { checkCollectionName } from './collection-name.ts';
import { type DeleteTools, type Deletion, type DeletionRequest, deleteDocuments } from './delete.ts';
import type { DocumentInput } from './document-input.ts';
import type { JobEvents } from './job-events.ts';
import { DESCRIPTION_CHARS_MAX } from './limits.ts';
import { type IngestionPlan, planIngestion } from './plan.ts';
import { removalsOf, settleRemovals } from './removals.ts';
import {
  type AcceptedDocument,
  type OpenJob,
  openJob,
  type RejectedDocument,
  type SubmitTools,
  triage,
} from './submit.ts';

/** Failures that a job shows. */
const FAILURES_MAX = 1_000;

export interface SubmitResult {
  /** Null when there is nothing to index: every document was rejected or is unchanged. */
  readonly jobId: string | null;
  readonly collectionId: string;
  readonly accepted: readonly AcceptedDocument[];
  readonly rejected: readonly RejectedDocument[];
}

/** A stream of documents on its way in; see {@link Ingestion.openStream}. */
export interface SubmitStream {
  /** Durable when it resolves. */
  add(inputs: readonly DocumentInput[]): Promise<Omit<SubmitResult, 'jobId' | 'collectionId'>>;
  /** Hands the job to the workers; null when nothing is to be indexed. */
  seal(): Promise<string | null>;
}

export interface Ingestion {
  /** Acknowledged means on disk. One bad document is rejected alone. */
  submit(tenant: string, collection: string, documents: readonly DocumentInput[]): Promise<SubmitResult>;
  openStream(tenant: string, collection: string): SubmitStream;
  plan(tenant: string, collection: string, documents: readonly DocumentInput[]): Promise<IngestionPlan>;
  createCollection(tenant: string, name: string, description: string | null): Promise<Collection>;
  jobs(tenant: string, ids: readonly string[], options?: CallOptions): Promise<readonly IngestionJob[]>;
  /** The job now and whenever it changes, until it is finished. Rejects with NOT_FOUND. */
  watch(tenant: string, jobId: string, signal: AbortSignal): AsyncIterable<IngestionJob>;
  /** What is done stays; what waits is taken back. */
  cancel(tenant: string, jobId: string): Promise<IngestionJob>;
  delete(tenant: string, request: DeletionRequest): Promise<Deletion>;
}

export interface IngestionOptions extends SubmitTools, DeleteTools {
  readonly events: JobEvents;
  readonly analysis: Analysis;
  /** Whether a model is asked for each chunk. */
  readonly asksModel: boolean;
  readonly queue: Queue;
  readonly log: Log;
}

export function createIngestion(options: IngestionOptions): Ingestion {
  const { graph, limits, events } = options;

  const requireFew = (documents: readonly DocumentInput[]) => {
    if (documents.length === 0) throw badInput('input.documents', 'is empty. Give at least one document.');
    if (documents.length <= limits.documentsMax) return;
    throw badInput(
      'input.documents',
      `has ${documents.length} documents and may have ${limits.documentsMax}. Send several calls, or stream them to POST /ingest.`,
    );
  };
  const jobsOf = async (tenant: string, ids: readonly string[], call: CallOptions = {}) => {
    const nodes = await graph.read(jobsByIds(tenant, ids), call);
    // Looked for among all that waits, which whoever watches a large job with none would do again and again.
    const failing = nodes.filter(({ failed }) => failed > 0).map(({ id }) => id);
    const failures =
      failing.length === 0 ? [] : await graph.read(failuresOfJobs(tenant, failing, FAILURES_MAX), call);
    return nodes.map((node) =>
      toJob(
        node,
        failures.filter(({ jobId }) => jobId === node.id),
        events,
      ),
    );
  };
  const requireJob = async (tenant: string, id: string) => {
    const [job] = await jobsOf(tenant, [id]);
    if (job === undefined)
      throw new Problem(
        'NOT_FOUND',
        `There is no ingestion job ${id.slice(0, 100)}. Jobs are named by what ingestDocuments returned.`,
      );
    return job;
  };
  /** The graph has acknowledged the job; a queue that cannot be reached is mended by the reconciler. */
  const handOver = ({ job: { id } }: OpenJob) => {
    options.queue.push([id]).catch((error: unknown) => {
      options.log.warn({ jobId: id, error }, 'A job could not be queued; the reconciler will queue it.');
    });
  };

  return {
    submit: async (tenant, collection, documents) => {
      requireFew(documents);
      const triaged = await triage(options, tenant, collection, documents);
      const open = openJob(options, tenant, collection, { streamed: false });
      const added = await open.add(triaged);
      if (added > 0) handOver(open);
      return {
        jobId: added > 0 ? open.job.id : null,
        collectionId: open.job.collectionId,
        accepted: triaged.accepted,
        rejected: triaged.rejected,
      };
    },
    openStream: (tenant, collection) => {
      const open = openJob(options, tenant, collection, { streamed: true });
      let total = 0;
      return {
        add: async (documents) => {
          const triaged = await triage(options, tenant, collection, documents);
          total += await open.add(triaged);
          return triaged;
        },
        seal: async () => {
          if (total === 0) return null;
          await open.seal();
          handOver(open);
          return open.job.id;
        },
      };
    },
    plan: async (tenant, collection, documents) => {
      requireFew(documents);
      return planIngestion(options, tenant, await triage(options, tenant, collection, documents));
    },
    createCollection: async (tenant, name, description) => {
      const trimmed = checkCollectionName(name, 'input.name');
      if (description !== null && description.length > DESCRIPTION_CHARS_MAX) {
        throw badInput(
          'input.description',
          `has ${description.length} characters and may have ${DESCRIPTION_CHARS_MAX}.`,
        );
      }
      const id = collectionId(tenant, trimmed);
      const collection = { id, tenant, name: trimmed, description, createdAt: options.now().toISOString() };
      const claim = randomUUID();
      // Decided in the write: of two who ask at once, one made it.
      const [claimed] = await graph.write([claimCollection(collection, claim)]);
      if (claimed?.[0] !== claim)
        throw new Problem(
          'CONFLICT',
          `There is a collection "${trimmed}" already. Use it, or choose another name.`,
        );
      return collection;
    },
    jobs: jobsOf,
    watch: async function* (tenant, jobId, signal) {
      const changes = events.changes(jobId, signal)[Symbol.asyncIterator]();
      // Listening begins before the first look, so that nothing falls in between.
      let change = changes.next();
      // A change may be none that shows: of another job's documents, or one that was told twice.
      let shown = '';
      try {
        for (;;) {
          const job = await requireJob(tenant, jobId);
          const text = JSON.stringify(job);
          if (text !== shown) yield job;
          shown = text;
          if (isFinished(job.state) || (await change).done === true) return;
          change = changes.next();
        }
      } finally {
        void changes.return?.();
      }
    },
    cancel: (tenant, jobId) =>
      options.exclusive(async (alone) => {
        await requireJob(tenant, jobId);
        const hashes = await alone.graph.read(contentsWaitingOfJob(jobId));
        const removals = removalsOf(tenant, { CHUNK: [], DOCUMENT: [], CONTENT: hashes });
        await alone.graph.write([
          setJobState(jobId, 'CANCELLED', options.now().toISOString()),
          ...takeBackWaitingOfJob(jobId),
          putRemovals(removals),
        ]);
        await settleRemovals({ ...options, ...alone }, removals);
        events.publish(jobId, null);
        return requireJob(tenant, jobId);
      }),
    delete: (tenant, request) => deleteDocuments(options, tenant, request),
  };
}

function toJob(node: JobNode, failures: readonly IngestionFailure[], events: JobEvents): IngestionJob {
  const {
    id,
    tenant,
    collectionId: collection,
    state,
    total,
    done,
    failed,
    chunks,
    entities,
    createdAt,
    finishedAt,
  } = node;
  return {
    id,
    tenant,
    collectionId: collection,
    state,
    progress: {
      documentsDone: done + failed,
      documentsTotal: total,
      step: isFinished(state) ? null : events.stepOf(id),
      chunks,
      entities,
    },
    failures,
    createdAt,
    finishedAt,
  };
}
