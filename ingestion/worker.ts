/**
 * The worker: takes jobs of all tenants in turn, batch by batch. While one batch is written the next one is read,
 * so that both cores have work. What fails for a while is tried again; what keeps failing becomes a dead letter.
 */

import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { PROBLEMS, Problem, toProblem } from '../platform/errors.ts';
import type { HealthProbe } from '../platform/health.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { failDocuments } from '../stores/graph/statements/documents.ts';
import {
  advanceJob,
  failSubmissions,
  type JobNode,
  jobsByIds,
  type Submission,
  setJobState,
  submissionsOfBatch,
  unfinishedJobs,
} from '../stores/graph/statements/jobs.ts';
import type { JobEvents } from './job-events.ts';
import { type BatchTools, type PreparedBatch, prepareBatch, writeBatch } from './process-batch.ts';
import { batchName } from './submit.ts';

/** Tries of a step that fails for a while. */
const TRIES_MAX = 5;
/** How often unfinished jobs are looked for that nobody works on, in ms. */
const RECONCILE_EVERY_MS = 30_000;
const DRAIN_MS = 10_000;

export interface IngestionWorker extends Part, HealthProbe {
  /** Takes a job that is on disk. */
  enqueue(job: Pick<JobNode, 'id' | 'tenant' | 'batches'>): void;
}

export interface WorkerOptions {
  readonly tools: BatchTools;
  readonly graph: GraphStore;
  readonly events: JobEvents;
  readonly log: Log;
  /** How long a batch under way may take to finish when the worker closes, in ms; then it is given up. */
  readonly drainMs?: number;
  /** Brings the indexes up to the graph before the first batch. */
  readonly beforeFirst: (signal: AbortSignal) => Promise<void>;
}

/** How far the worker is in a job. */
interface Cursor {
  readonly id: string;
  readonly tenant: string;
  readonly batches: number;
  nextBatch: number;
}

type Work =
  | {
      readonly kind: 'batch';
      readonly cursor: Cursor;
      readonly submissions: readonly Submission[];
      readonly prepared: PreparedBatch;
    }
  | {
      readonly kind: 'failed';
      readonly cursor: Cursor;
      readonly submissions: readonly Submission[];
      readonly problem: Problem;
    }
  | { readonly kind: 'end'; readonly cursor: Cursor };

export function createIngestionWorker({
  tools,
  graph,
  events,
  log,
  drainMs = DRAIN_MS,
  beforeFirst,
}: WorkerOptions): IngestionWorker {
  const queue: Cursor[] = [];
  const known = new Set<string>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let wake = () => {};
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let trouble: string | null = null;

  const retrying = retry(handleWhen(isPassing), {
    maxAttempts: TRIES_MAX - 1,
    backoff: new ExponentialBackoff(),
  });

  const enqueue: IngestionWorker['enqueue'] = ({ id, tenant, batches }) => {
    if (known.has(id)) return;
    known.add(id);
    queue.push({ id, tenant, batches, nextBatch: 0 });
    wake();
  };
  const reconcile = async () => {
    for (const job of await graph.read(unfinishedJobs())) enqueue(job);
  };

  /** The next batch of the job whose turn it is, read and understood; null when there is nothing to do. */
  const prepareNext = async (): Promise<Work | null> => {
    for (;;) {
      const cursor = queue.shift();
      if (cursor === undefined) return null;
      if (cursor.nextBatch >= cursor.batches) return { kind: 'end', cursor };
      if (cursor.nextBatch === 0) await graph.write([setJobState(cursor.id, 'RUNNING', null)]);
      const number = cursor.nextBatch++;
      // Behind the others: every job that waits gets its turn.
      queue.push(cursor);
      const submissions = await graph.read(submissionsOfBatch(batchName(cursor.id, number)));
      if (submissions.length > 0) return prepare(cursor, submissions);
    }
  };
  const prepare = async (cursor: Cursor, submissions: readonly Submission[]): Promise<Work> => {
    try {
      const prepared = await retrying.execute(() => prepareBatch(tools, submissions, signal), signal);
      return { kind: 'batch', cursor, submissions, prepared };
    } catch (error) {
      return { kind: 'failed', cursor, submissions, problem: toProblem(error) };
    }
  };

  const finishWork = async (work: Work): Promise<void> => {
    const { cursor } = work;
    if (work.kind === 'end') return finishJob(cursor);
    try {
      if (work.kind === 'failed') throw work.problem;
      await retrying.execute(() => writeBatch(tools, work.prepared, signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      await failBatch(work.submissions, toProblem(error));
    }
    events.publish(cursor.id, events.stepOf(cursor.id));
  };
  const failBatch = async (submissions: readonly Submission[], problem: Problem) => {
    log.error(
      { jobId: submissions[0]?.jobId, code: problem.code, error: problem.cause ?? problem },
      'A batch could not be indexed.',
    );
    const { code, message } = problem;
    await graph.write([
      failSubmissions(submissions.map(({ id }) => ({ id, step: 'WRITE', code, message }))),
      failDocuments(
        submissions.map(({ documentId }) => documentId),
        tools.now().toISOString(),
      ),
      advanceJob({
        jobId: submissions[0]?.jobId ?? '',
        done: 0,
        failed: submissions.length,
        chunks: 0,
        entities: 0,
      }),
    ]);
  };
  const finishJob = async ({ id, tenant }: Cursor) => {
    const [job] = await graph.read(jobsByIds(tenant, [id]));
    if (job !== undefined) await graph.write([setJobState(id, endStateOf(job), tools.now().toISOString())]);
    known.delete(id);
    events.publish(id, null);
  };

  const run = async () => {
    await beforeFirst(signal);
    await reconcile();
    let next = prepareNext();
    while (!signal.aborted) {
      const work = await next;
      // A stop gives up what is not being written yet: whoever takes the job next reads it again.
      if (signal.aborted) return;
      if (work === null) await idle();
      // The next batch is read while this one is written.
      next = prepareNext();
      next.catch(() => undefined);
      if (work !== null) await finishWork(work);
      trouble = null;
    }
    await next.catch(() => undefined);
  };
  const idle = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (queue.length > 0 || signal.aborted) resolve();
    });
  const runForever = async () => {
    while (!signal.aborted) {
      try {
        await run();
      } catch (error) {
        if (signal.aborted) return;
        trouble = toProblem(error).message;
        log.error({ part: 'worker', error }, 'The worker stumbled and begins again.');
        known.clear();
        queue.length = 0;
        await new Promise((resolve) => setTimeout(resolve, 1_000).unref());
      }
    }
  };

  return {
    name: 'worker',
    enqueue,
    start: async () => {
      running = runForever();
      timer = setInterval(
        () =>
          void reconcile().catch((error: unknown) => log.error({ error }, 'Jobs could not be reconciled.')),
        RECONCILE_EVERY_MS,
      );
      timer.unref();
    },
    health: async () => ({
      name: 'worker',
      engine: 'in process',
      state: trouble === null ? 'UP' : 'DEGRADED',
      latencyMs: 0,
      ...(trouble === null ? {} : { detail: trouble }),
    }),
    close: async () => {
      stopping.abort();
      clearInterval(timer);
      wake();
      // Threads do not look at the signal.
      const cut = setTimeout(() => void tools.analysis.close(), drainMs);
      await running;
      clearTimeout(cut);
      await tools.analysis.close();
    },
  };
}

function isPassing(error: unknown): boolean {
  return error instanceof Problem && PROBLEMS[error.code].retryable;
}

function endStateOf({ state, total, failed }: JobNode): JobNode['state'] {
  if (state === 'CANCELLED') return state;
  if (failed === 0) return 'SUCCEEDED';
  return failed >= total ? 'FAILED' : 'PARTIAL';
}
