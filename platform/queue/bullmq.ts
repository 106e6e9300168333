/**
 * The queue of several processes: BullMQ on Redis. It carries ids; the rest stands in the graph, so Redis may come
 * back empty. While Redis is away nothing is taken or given; turns under way go on.
 */

import { createNodeRedisClient, DelayedError, type Job, Queue as JobQueue, Worker } from 'bullmq';
import { atMost } from '../at-most.ts';
import { startDeadline } from '../deadline.ts';
import { Problem } from '../errors.ts';
import type { Log } from '../log.ts';
import { closeConnection, type RedisConnection } from '../redis/connection.ts';
import type { Redis } from '../redis/redis.ts';
import { untilAborted } from '../until-aborted.ts';
import type { ConsumeOptions, Consumer, Queue, Work } from './queue.ts';

const DEFAULTS = {
  /** A worker that says nothing for this long has lost its turn, in ms. */
  lockMs: 30_000,
  /** How often somebody looks for turns that were lost, in ms. */
  stalledEveryMs: 15_000,
  /** How long work that failed waits for its next turn, in ms. */
  retryAfterMs: 1_000,
  /** Longest time to reach Redis, in ms. */
  pushMs: 2_000,
  /** Longest time that a turn may take to end once its consumer closes, in ms. */
  turnEndsMs: 30_000,
  /** Longest time to take leave of Redis, in ms. */
  closeMs: 2_000,
};
/** Longest time to take a queue out of Redis, in ms. */
const DROP_MS_MAX = 60_000;
/** Ids pushed side by side. */
const PUSHED_AT_ONCE = 100;
/** A job that moved with its worker's death is tried again for ever: whether it is finished is for the graph to say. */
const STALLED_UNBOUNDED = 1_000_000_000;
/** How long a worker waits for work before it asks whether Redis is still there, in seconds. */
const BLOCKS_SECONDS_MAX = 5;

export interface BullQueueOptions extends Partial<typeof DEFAULTS> {
  readonly redis: Redis;
  /** Keeps the keys of installations that share a Redis apart. */
  readonly prefix: string;
  readonly name: string;
  readonly log: Log;
}

type Settings = BullQueueOptions & typeof DEFAULTS;

export function createBullQueue(options: BullQueueOptions): Queue {
  const settings: Settings = { ...DEFAULTS, ...options };
  const { redis, prefix, name, log } = settings;
  let opened: { readonly jobs: JobQueue; readonly connection: RedisConnection } | null = null;
  const consumers = new Set<Consumer>();

  const jobs = (): JobQueue => {
    if (opened === null) throw unreachable(new Error('The queue is not open.'));
    return opened.jobs;
  };
  const pushSome = async (ids: readonly string[]) => {
    const deadline = startDeadline(settings.pushMs);
    try {
      // One by one: BullMQ's own batch cannot load its scripts again once Redis has forgotten them.
      const added = Promise.all(ids.map((jobId) => jobs().add(name, null, { jobId })));
      await untilAborted(added, deadline.signal);
    } catch (error) {
      throw unreachable(error);
    } finally {
      deadline.release();
    }
  };

  return {
    engine: 'BullMQ',
    open: () => {
      if (opened !== null) return;
      const connection = redis.connection({ purpose: 'queue', offline: 'refuse' });
      const queue = new JobQueue(name, {
        connection: createNodeRedisClient(connection),
        prefix,
        // The graph remembers what became of a job; a record left behind would keep its id from waiting again.
        defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
      });
      queue.on('error', (error) => log.debug({ error: error.message }, 'The queue has no Redis.'));
      opened = { jobs: queue, connection };
    },
    push: async (ids) => {
      for (let at = 0; at < ids.length; at += PUSHED_AT_ONCE)
        await pushSome(ids.slice(at, at + PUSHED_AT_ONCE));
    },
    consume: (work, consume) => {
      const consumer = startConsumer(settings, work, consume, () => jobs().getWaitingCount());
      consumers.add(consumer);
      return { close: () => consumer.close().finally(() => consumers.delete(consumer)) };
    },
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      const closing = opened;
      opened = null;
      if (closing === null) return;
      await atMost(settings.closeMs, closing.jobs.close());
      closeConnection(closing.connection);
    },
  };
}

/** Takes everything of it out of Redis, which must be reached. Nobody may use it meanwhile. */
export async function dropBullQueue(options: BullQueueOptions): Promise<void> {
  const { redis, prefix, name } = options;
  const connection = redis.connection({ purpose: 'queue', offline: 'refuse' });
  const queue = new JobQueue(name, { connection: createNodeRedisClient(connection), prefix });
  queue.on('error', (error) => options.log.debug({ error: error.message }, 'The queue has no Redis.'));
  const deadline = startDeadline(DROP_MS_MAX);
  try {
    await untilAborted(queue.obliterate({ force: true }), deadline.signal);
  } catch (error) {
    throw unreachable(error);
  } finally {
    deadline.release();
    await atMost(DEFAULTS.closeMs, queue.close());
    closeConnection(connection);
  }
}

function startConsumer(
  settings: Settings,
  work: Work,
  { turnsAtOnce }: ConsumeOptions,
  countWaiting: () => Promise<number>,
): Consumer {
  const { log } = settings;
  const connections = ownConnections(settings.redis);
  const stopping = new AbortController();
  const turns = new Set<Promise<unknown>>();

  const runTurn = async (job: Job, token: string | undefined, lost: AbortSignal | undefined) => {
    const turn = followBoth(stopping.signal, lost);
    const othersWait = () => countWaiting().then(isPositive, () => false);
    const working = work(job.id ?? '', { signal: turn.signal, othersWait }).catch(() => 'failed' as const);
    turns.add(working);
    const result = await working.finally(turn.release);
    turns.delete(working);
    if (result === 'done') return;
    // By way of the delayed jobs it gets behind those that wait; BullMQ's own way back leads to their front.
    await job.moveToDelayed(Date.now() + (result === 'failed' ? settings.retryAfterMs : 1), token);
    throw new DelayedError();
  };
  // BullMQ hands the signal only to a function that declares three parameters.
  const worker = new Worker(
    settings.name,
    (job, token, signal) => runTurn(job, token, signal as AbortSignal),
    {
      connection: createNodeRedisClient(connections.first),
      prefix: settings.prefix,
      concurrency: turnsAtOnce,
      lockDuration: settings.lockMs,
      stalledInterval: settings.stalledEveryMs,
      maxStalledCount: STALLED_UNBOUNDED,
      drainDelay: BLOCKS_SECONDS_MAX,
      runRetryDelay: settings.retryAfterMs,
    },
  );
  worker.on('error', (error) => log.debug({ error: error.message }, 'The queue’s consumer had trouble.'));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'The turn was lost.');
  });

  const close = async () => {
    stopping.abort();
    // Takes nothing more, and does not ask Redis, which may be away.
    void worker.pause(true);
    await atMost(settings.turnEndsMs, Promise.all(turns));
    await atMost(settings.closeMs, worker.close());
    connections.close();
  };
  let closed: Promise<void> | null = null;
  return {
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function isPositive(count: number): boolean {
  return count > 0;
}

/** BullMQ makes itself a second connection to block on, and forgets to end it where Redis is away: both stay ours. */
function ownConnections(redis: Redis): { readonly first: RedisConnection; close(): void } {
  const all: RedisConnection[] = [];
  const open = (): RedisConnection => {
    const connection = redis.connection({ purpose: 'worker', offline: 'wait' });
    all.push(connection);
    return Object.assign(connection, { duplicate: open });
  };
  return { first: open(), close: () => all.forEach(closeConnection) };
}

/** Aborts with either. `release` lets go of both, one of which outlives many turns. */
function followBoth(stopping: AbortSignal, lost: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const signals = lost === undefined ? [stopping] : [stopping, lost];
  for (const signal of signals) {
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  }
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    },
  };
}

function unreachable(cause: unknown): Problem {
  return new Problem(
    'UNAVAILABLE',
    'The queue’s Redis cannot be reached. What was to wait is in the graph and is queued once it is back.',
    { cause },
  );
}
