/**
 * The worker: takes turns at jobs of all tenants, batch by batch. While one batch is written the next one is read, so
 * that both cores have work. What fails for a while is tried again; what keeps failing becomes a dead letter. Any
 * number of workers may run; how far a job is stands in the graph, so that each can go on where another stopped.
 */

import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import { isFinished } from '../model/jobs.ts';
import { PROBLEMS, Problem, toProblem } from '../platform/errors.ts';
import type { HealthProbe } from '../platform/health.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { pause } from '../platform/pause.ts';
import type { Consumer, Queue, TurnOptions, TurnResult } from '../platform/queue/queue.ts';
import { type GraphStore, TurnMissed } from '../stores/graph/graph-store.ts';
import { beginDocuments } from '../stores/graph/statements/documents.ts';
import { finishJob, type JobNode, jobById, setJobState } from '../stores/graph/statements/jobs.ts';
import {
  type Submission,
  submissionsOfBatch,
  waitingBatchesOfJob,
} from '../stores/graph/statements/submissions.ts';
import type { BatchTools, PreparedBatch } from './batch.ts';
import type { JobEvents } from './job-events.ts';
import { createParseRoom, type ParsePlace } from './parse-room.ts';
import { prepareBatch } from './prepare-batch.ts';
import { EmbedFailure } from './steps/embed.ts';
import { Overtaken } from './steps/write.ts';
import { batchName } from './submit.ts';
import { failBatchStatements, writeBatch } from './write-batch.ts';

/** Tries of a step that fails for a while. */
const TRIES_MAX = 5;
/** Jobs that are worked on side by side: while one writes, another one reads. */
const TURNS_AT_ONCE = 2;
/** Jobs of which the worker remembers how far it came; of others it looks. */
const CURSORS_MAX = 10_000;
/** Before the worker begins again when it could not begin, in ms. */
const BEGIN_AGAIN_AFTER_MS = 1_000;
const DRAIN_MS = 10_000;

export interface IngestionWorker extends Part, HealthProbe {}

export interface WorkerOptions {
  readonly tools: BatchTools;
  readonly graph: GraphStore;
  readonly queue: Queue;
  readonly events: JobEvents;
  readonly log: Log;
  /** Raw bytes of what is read and not written yet. */
  readonly parseBytesMax?: number;
  /** How long a batch under way may take to finish when the worker closes, in ms; then it is given up. */
  readonly drainMs?: number;
  /** Brings the indexes up to the graph before the first batch; tells what is missing from them meanwhile. */
  readonly beforeFirst: (signal: AbortSignal, tell: (progress: string | null) => void) => Promise<void>;
}

/** A batch with what waits of it, read and understood as far as that was possible. */
interface Work {
  readonly number: number;
  readonly submissions: readonly Submission[];
  readonly outcome: PreparedBatch | Problem;
  /** Had until it is written. */
  readonly place: ParsePlace;
}

export function createIngestionWorker({
  tools,
  graph,
  queue,
  events,
  log,
  parseBytesMax,
  drainMs = DRAIN_MS,
  beforeFirst,
}: WorkerOptions): IngestionWorker {
  const stopping = new AbortController();
  const room = createParseRoom(parseBytesMax);
  /** Batches of a job that are known to be done: a hint, for the graph knows. */
  const cursors = new LRUCache<string, number>({ max: CURSORS_MAX });
  let running: Promise<void> = Promise.resolve();
  let consumer: Consumer | null = null;
  let trouble: string | null = null;

  const retrying = retry(handleWhen(isPassing), {
    maxAttempts: TRIES_MAX - 1,
    backoff: new ExponentialBackoff(),
  });

  const takeTurn = async (jobId: string, turn: TurnOptions): Promise<TurnResult> => {
    const [job] = await graph.read(jobById(jobId));
    if (job === undefined)
      log.warn(
        { jobId },
        'The queue names a job that the graph does not have. Do two installations share it?',
      );
    if (job === undefined || isFinished(job.state) || job.open) return 'done';
    if (job.state === 'QUEUED') await graph.write([setJobState(jobId, 'RUNNING', null)]);
    return workOn(job, turn);
  };

  const workOn = async (job: JobNode, { signal, othersWait }: TurnOptions): Promise<TurnResult> => {
    let next = prepareNext(job, cursors.get(job.id) ?? 0, signal);
    try {
      for (;;) {
        const work = await next;
        if (work === null) return endJob(job);
        const makesRoom = await othersWait();
        if (!makesRoom) next = prepareNext(job, work.number + 1, signal);
        // It is waited for in the next round; should this one fail, nobody will.
        next.catch(() => undefined);
        await finishWork(job, work, signal);
        if (signal.aborted) return 'again';
        cursors.set(job.id, work.number + 1);
        if (makesRoom) return 'again';
      }
    } finally {
      // What was read and nobody takes up any more.
      next.then(
        (work) => work?.place.leave(),
        () => undefined,
      );
    }
  };

  /** The next batch of which something waits, from `number` on; null behind the last. */
  const prepareNext = async (job: JobNode, from: number, signal: AbortSignal): Promise<Work | null> => {
    for (let number = from; number < job.batches; number++) {
      signal.throwIfAborted();
      const submissions = await graph.read(submissionsOfBatch(batchName(job.id, number)));
      if (submissions.length === 0) continue;
      const place = room.place();
      const prepared = retrying
        .execute(() => prepareBatch(tools, submissions, signal, place), signal)
        .catch(toProblem);
      try {
        await graph.write([beginDocuments(submissions.map(({ id }) => id))]);
      } catch (error) {
        await prepared;
        place.leave();
        throw error;
      }
      return { number, submissions, outcome: await prepared, place };
    }
    return null;
  };

  const finishWork = async ({ id }: JobNode, work: Work, signal: AbortSignal): Promise<void> => {
    try {
      const { outcome } = work;
      if (outcome instanceof Problem) throw outcome;
      await retrying.execute(() => writeBatch(tools, outcome, signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      // It is nobody's fault, such as a backup's, and no reason to give documents up: the job gets another turn.
      if (error instanceof TurnMissed) throw error;
      await failBatch(id, work.submissions, toProblem(error));
    } finally {
      work.place.leave();
    }
    events.publish(id, events.stepOf(id));
  };
  const failBatch = async (jobId: string, submissions: readonly Submission[], problem: Problem) => {
    log.error(
      { jobId, code: problem.code, error: problem.cause ?? problem },
      'A batch could not be indexed.',
    );
    const { code, message } = problem;
    const failures = submissions.map(({ id, documentId }) => ({
      id,
      documentId,
      step: problem instanceof EmbedFailure ? ('EMBED' as const) : ('WRITE' as const),
      code,
      message,
    }));
    await tools.exclusive((alone) => alone.graph.write(failBatchStatements(failures, tools.now())));
  };

  /** Behind the last batch: another worker may have left one undone that was thought to be done. */
  const endJob = async ({ id }: JobNode): Promise<TurnResult> => {
    cursors.delete(id);
    const left = await graph.read(waitingBatchesOfJob(id, 1));
    if (left.length > 0) return 'again';
    await graph.write([finishJob(id, tools.now().toISOString())]);
    events.publish(id, null);
    return 'done';
  };

  const work = async (jobId: string, turn: TurnOptions): Promise<TurnResult> => {
    try {
      const result = await takeTurn(jobId, turn);
      trouble = null;
      return result;
    } catch (error) {
      if (turn.signal.aborted) return 'again';
      trouble = toProblem(error).message;
      log.error({ part: 'worker', jobId, error }, 'A turn at a job failed; it gets another.');
      throw error;
    }
  };
  const begin = async () => {
    while (!stopping.signal.aborted) {
      try {
        await beforeFirst(stopping.signal, (progress) => {
          trouble = progress;
        });
        trouble = null;
        if (!stopping.signal.aborted) consumer = queue.consume(work, { turnsAtOnce: TURNS_AT_ONCE });
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        trouble = toProblem(error).message;
        log.error({ part: 'worker', error }, 'The worker could not begin and tries again.');
        await pause(BEGIN_AGAIN_AFTER_MS, stopping.signal);
      }
    }
  };

  return {
    name: 'worker',
    start: async () => {
      queue.open();
      running = begin();
    },
    health: async () => ({
      name: 'worker',
      engine: queue.engine,
      state: trouble === null ? 'UP' : 'DEGRADED',
      latencyMs: 0,
      ...(trouble === null ? {} : { detail: trouble }),
    }),
    close: async () => {
      stopping.abort();
      // Threads do not look at a signal.
      const cut = setTimeout(() => void tools.analysis.close(), drainMs);
      await running;
      await consumer?.close();
      clearTimeout(cut);
      await tools.analysis.close();
    },
  };
}

function isPassing(error: unknown): boolean {
  return error instanceof Overtaken || (error instanceof Problem && PROBLEMS[error.code].retryable);
}
