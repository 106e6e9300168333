/** What becomes of the queue when Redis, or a worker, goes away. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { type BullQueueOptions, createBullQueue, dropBullQueue } from '../../../platform/queue/bullmq.ts';
import type { Queue } from '../../../platform/queue/queue.ts';
import { createRedis, type Redis } from '../../../platform/redis/redis.ts';
import { type RedisServer, redisMissing, startRedis } from '../../servers/redis.ts';

const eventually = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: 20_000, interval: 20 });

describe.skipIf(redisMissing !== null)('the queue of BullMQ', () => {
  const log = createLog({ level: 'silent' });
  let server: RedisServer;
  let redis: Redis;
  const queues: Queue[] = [];
  const openQueue = (options: Partial<BullQueueOptions> = {}) => {
    const queue = createBullQueue({
      redis,
      log,
      prefix: 'killed',
      name: 'jobs',
      retryAfterMs: 5,
      ...options,
    });
    queue.open();
    queues.push(queue);
    return queue;
  };
  beforeEach(async () => {
    server = await startRedis();
    redis = createRedis({ url: server.url, log });
  });
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.close()));
    redis.close();
    await server.close();
  });

  test('refuses at once while Redis is away, and takes ids again when it is back', async () => {
    const queue = openQueue();
    await eventually(() => queue.push(['a']));
    await server.kill();
    await eventually(() => expect(queue.push(['b'])).rejects.toMatchObject({ code: 'UNAVAILABLE' }));
    await server.restart();
    await eventually(() => queue.push(['b']));
  });

  test('of a namespace is not the one whose prefix it goes on from, and goes without a trace', async () => {
    const [first, other] = [openQueue(), openQueue({ prefix: 'killed:r1' })];
    await eventually(() => first.push(['a', 'b']));
    const keys = async (pattern: string) => ((await server.command('KEYS', pattern)) as string[]).toSorted();
    const keysBefore = await keys('killed:jobs:*');
    await eventually(() => other.push(['a']));
    const taken: string[] = [];
    other.consume(
      async (id) => {
        taken.push(id);
        return 'done';
      },
      { turnsAtOnce: 1 },
    );
    await eventually(() => expect(taken).toEqual(['a']));
    await other.push(['late']);
    await other.close();
    await dropBullQueue({ redis, log, prefix: 'killed:r1', name: 'jobs' });
    expect(await keys('killed:r1:*')).toEqual([]);
    expect(await keys('killed:jobs:*')).toEqual(keysBefore);
  });

  test('refuses in bounded time while Redis hangs', async () => {
    const queue = openQueue({ pushMs: 50 });
    await eventually(() => queue.push(['a']));
    await server.freeze();
    await expect(queue.push(['b'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    server.thaw();
  });

  test('a consumer goes on when Redis is back, though it came back empty', async () => {
    const queue = openQueue();
    const begun: string[] = [];
    queue.consume(
      async (id) => {
        begun.push(id);
        return 'done';
      },
      { turnsAtOnce: 2 },
    );
    await eventually(() => queue.push(['before']));
    await eventually(() => expect(begun).toEqual(['before']));
    await server.restart();
    await eventually(() => queue.push(['after']));
    await eventually(() => expect(begun).toEqual(['before', 'after']));
  });

  test('a turn that Redis went away under still ends, and its id can wait again', async () => {
    const queue = openQueue();
    const turns: string[] = [];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    queue.consume(
      async (id) => {
        turns.push(id);
        if (turns.length === 1) await released;
        return 'done';
      },
      { turnsAtOnce: 1 },
    );
    await eventually(() => queue.push(['a']));
    await eventually(() => expect(turns).toEqual(['a']));
    await server.restart();
    release();
    await eventually(async () => {
      await queue.push(['a']);
      expect(turns).toContain('a');
      expect(turns.length).toBeGreaterThan(1);
    });
  });

  test.each(['killed', 'hanging'])('closes while Redis is %s, with a turn under way', async (how) => {
    const queue = openQueue({ closeMs: 100 });
    let ended = false;
    const consumer = queue.consume(
      (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended = true;
            resolve('again');
          });
        }),
      { turnsAtOnce: 1 },
    );
    await eventually(() => queue.push(['a']));
    await eventually(async () => expect(await server.command('LLEN', 'killed:jobs:active')).toBe(1));
    if (how === 'killed') await server.kill();
    else await server.freeze();
    await consumer.close();
    await queue.close();
    expect(ended).toBe(true);
  });

  test('opens while Redis is away, and works once it is there', async () => {
    await server.kill();
    const queue = openQueue();
    const begun: string[] = [];
    queue.consume(
      async (id) => {
        begun.push(id);
        return 'done';
      },
      { turnsAtOnce: 1 },
    );
    await expect(queue.push(['a'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.restart();
    await eventually(() => queue.push(['a']));
    await eventually(() => expect(begun).toEqual(['a']));
  });

  test('a worker that is killed in its turn hands it to another', async () => {
    const queue = openQueue();
    const script = join(import.meta.dirname, 'killed-worker-process.ts');
    const child = spawn(process.execPath, [script, server.url], { stdio: ['ignore', 'pipe', 'inherit'] });
    await eventually(() => queue.push(['a']));
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const begun: string[] = [];
    openQueue({ lockMs: 1_000, stalledEveryMs: 300 }).consume(
      async (id) => {
        begun.push(id);
        return 'done';
      },
      { turnsAtOnce: 1 },
    );
    await eventually(() => expect(begun).toEqual(['a']));
  });

  test('a turn whose lock was lost is told to end', async () => {
    const queue = openQueue({ lockMs: 400, stalledEveryMs: 100_000 });
    let lost = false;
    queue.consume(
      (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            lost = true;
            resolve('done');
          });
        }),
      { turnsAtOnce: 1 },
    );
    await eventually(() => queue.push(['a']));
    await eventually(async () => expect(await server.command('LLEN', 'killed:jobs:active')).toBe(1));
    await server.command('SET', 'killed:jobs:a:lock', 'somebody else');
    await eventually(() => expect(lost).toBe(true));
  });
});
