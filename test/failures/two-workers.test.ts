/** Two workers on one queue and one graph, each with leases of its own: what happens twice takes effect once. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createJobEvents } from '../../ingestion/job-events.ts';
import type { IngestionWorker } from '../../ingestion/worker.ts';
import type { Channel } from '../../platform/channel.ts';
import { createLog } from '../../platform/log.ts';
import { createBullQueue } from '../../platform/queue/bullmq.ts';
import type { Queue } from '../../platform/queue/queue.ts';
import { createRedis, type Redis } from '../../platform/redis/redis.ts';
import { createRedisChannel } from '../../platform/redis/redis-channel.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createGraphLeases } from '../../stores/graph/leases/graph-leases.ts';
import { documentsListed } from '../../stores/graph/statements/documents.ts';
import type { Embedder } from '../../text/embedder.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { openRooms, type Rooms, TENANT } from '../ingestion/harness.ts';
import { type RedisServer, redisMissing, startRedis } from '../servers/redis.ts';
import { checkingStore } from '../stores/graph/leases/checking-store.ts';

const BATCHES = 8;
const DOCUMENTS = 64 * BATCHES;
const log = createLog({ level: 'silent' });

describe.skipIf(redisMissing !== null)('two workers on one queue', () => {
  let server: RedisServer;
  let redis: Redis;
  let rooms: Rooms;
  const queues: Queue[] = [];
  const joined: IngestionWorker[] = [];
  const channels: Channel[] = [];
  let shared: GraphStore | null = null;

  const openQueue = () => {
    const queue = createBullQueue({
      redis,
      log,
      prefix: 'two',
      name: 'jobs',
      lockMs: 60_000,
      stalledEveryMs: 200,
      retryAfterMs: 20,
    });
    queue.open();
    queues.push(queue);
    return queue;
  };
  const openEvents = () => {
    const channel = createRedisChannel({ redis, name: 'two:events' });
    channel.open();
    channels.push(channel);
    return createJobEvents({ channel });
  };
  /** One graph that undoes what is fenced off, and leases in it for each process. */
  const leases = (graph: GraphStore) => {
    shared ??= checkingStore(graph);
    return createGraphLeases({ graph: shared, log, lifeMs: 5_000 });
  };
  beforeEach(async () => {
    server = await startRedis();
    redis = createRedis({ url: server.url, log });
    rooms = await openRooms({ startWorker: false, queue: openQueue(), leases, events: openEvents() });
  });
  afterEach(async () => {
    await Promise.all(joined.splice(0).map((worker) => worker.close()));
    await rooms.close();
    await Promise.all(queues.splice(0).map((queue) => queue.close()));
    for (const channel of channels.splice(0)) channel.close();
    redis.close();
    await server.close();
    shared = null;
  });

  const join = async (embedder?: Embedder) => {
    const worker = await rooms.joinWorker({
      queue: openQueue(),
      leases,
      events: openEvents(),
      ...(embedder === undefined ? {} : { embedder }),
    });
    joined.push(worker);
    return worker;
  };
  const submitMany = async () => {
    const documents = Array.from({ length: DOCUMENTS }, (_, at) => ({
      key: `k${at}`,
      content: `Ada Lovelace wrote note ${at}.`,
    }));
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', documents);
    return jobId ?? '';
  };
  const expectWhole = async (jobId: string) => {
    expect(await rooms.finished(jobId)).toMatchObject({
      state: 'SUCCEEDED',
      progress: { documentsDone: DOCUMENTS, documentsTotal: DOCUMENTS, chunks: DOCUMENTS },
    });
    expect(await rooms.counts()).toMatchObject({ Document: DOCUMENTS, Chunk: DOCUMENTS, Submission: 0 });
    const ready = await rooms.graph.read(
      documentsListed({
        tenant: TENANT,
        collectionId: null,
        status: 'READY',
        mediaTypes: null,
        updatedAfter: '',
        updatedBefore: null,
        after: '',
        limit: DOCUMENTS + 1,
      }),
    );
    expect(ready).toHaveLength(DOCUMENTS);
  };
  const lockOf = (jobId: string) => `two:jobs:${jobId}:lock`;
  const isLocked = (jobId: string) =>
    vi.waitFor(async () => expect(await server.command('EXISTS', lockOf(jobId))).toBe(1), {
      timeout: 20_000,
    });

  test('share what there is, and finish it', { timeout: 120_000 }, async () => {
    await Promise.all([join(), join()]);
    const jobs = await Promise.all([submitMany(), submitMany()]);
    for (const job of jobs) expect(await rooms.finished(job)).toMatchObject({ state: 'SUCCEEDED' });
    await expectWholeGraph();
  });
  const expectWholeGraph = async () =>
    expect(await rooms.counts()).toMatchObject({ Document: DOCUMENTS, Chunk: DOCUMENTS, Submission: 0 });

  test('a job that both are given, one not knowing of the other, is counted once', {
    timeout: 120_000,
  }, async () => {
    const met = new Set<string>();
    const { promise: bothThere, resolve: meet } = Promise.withResolvers<void>();
    /** Waits with its first batch until the other worker has it as well. */
    const meeting = (name: string): Embedder => {
      const embedder = createLexicalEmbedder();
      return {
        ...embedder,
        embed: async (texts, input) => {
          met.add(name);
          if (met.size === 2) meet();
          await bothThere;
          return embedder.embed(texts, input);
        },
      };
    };
    await Promise.all([join(meeting('one')), join(meeting('other'))]);
    const jobId = await submitMany();
    await isLocked(jobId);
    // Without its lock the turn counts as stalled: whoever has room gets the job while the first goes on.
    await vi.waitFor(
      async () => {
        await server.command('DEL', lockOf(jobId));
        expect(met.size).toBe(2);
      },
      { timeout: 60_000, interval: 100 },
    );
    await expectWhole(jobId);
  });

  test('a worker that hangs in a job loses it to the other', { timeout: 120_000 }, async () => {
    const { promise: hanging, resolve: hangs } = Promise.withResolvers<void>();
    const stuck: Embedder = {
      ...createLexicalEmbedder(),
      embed: (_texts, _input, signal) =>
        new Promise((_, reject) => {
          hangs();
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    await join(stuck);
    const jobId = await submitMany();
    await hanging;
    await join();
    await vi.waitFor(
      async () => {
        await server.command('DEL', lockOf(jobId));
        const [job] = await rooms.ingestion.jobs(TENANT, [jobId]);
        expect(job?.progress.documentsDone).toBeGreaterThan(0);
      },
      { timeout: 60_000, interval: 100 },
    );
    await expectWhole(jobId);
  });
});
