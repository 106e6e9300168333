import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createJobEvents, type JobEvents } from '../../ingestion/job-events.ts';
import type { Channel } from '../../platform/channel.ts';
import { createLog } from '../../platform/log.ts';
import { createRedis, type Redis } from '../../platform/redis/redis.ts';
import { createRedisChannel } from '../../platform/redis/redis-channel.ts';
import { type RedisServer, redisMissing, startRedis } from '../servers/redis.ts';

const NEVER_MS = 10_000_000;
const eventually = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: 20_000, interval: 10 });

test('in one process, a watcher who was away is told once, and ends with its signal', async () => {
  const events = createJobEvents();
  const leaving = new AbortController();
  const changes = events.changes('job', leaving.signal)[Symbol.asyncIterator]();
  const first = changes.next();
  events.publish('job', 'PARSE');
  events.publish('job', 'EMBED');
  expect(await first).toEqual({ done: false, value: undefined });
  expect(events.stepOf('job')).toBe('EMBED');
  const second = changes.next();
  leaving.abort();
  await expect(second).resolves.toMatchObject({ done: true });
});

describe.skipIf(redisMissing !== null)('between processes', () => {
  const log = createLog({ level: 'silent' });
  let server: RedisServer;
  let redis: Redis;
  const channels: Channel[] = [];
  const leaving = new AbortController();
  const startProcess = (options: { lookEveryMs?: number; lookEveryMsAlone?: number } = {}) => {
    const channel = createRedisChannel({ redis, name: 'test:events' });
    channel.open();
    channels.push(channel);
    return {
      channel,
      events: createJobEvents({ channel, lookEveryMs: NEVER_MS, lookEveryMsAlone: NEVER_MS, ...options }),
    };
  };
  /** Counts what a watcher is told. */
  const watch = (events: JobEvents, jobId: string) => {
    const seen = { changes: 0 };
    void (async () => {
      for await (const _ of events.changes(jobId, leaving.signal)) seen.changes += 1;
    })();
    return seen;
  };
  beforeEach(async () => {
    server = await startRedis();
    redis = createRedis({ url: server.url, log });
  });
  afterEach(async () => {
    for (const channel of channels.splice(0)) channel.close();
    redis.close();
    await server.close();
  });

  test('a watcher hears of what another process does, and which step it is at', async () => {
    const [worker, watcher] = [startProcess(), startProcess()];
    const seen = watch(watcher.events, 'job');
    await eventually(() => {
      worker.events.publish('job', 'EMBED');
      expect(seen.changes).toBeGreaterThan(0);
      expect(watcher.events.stepOf('job')).toBe('EMBED');
    });
    worker.events.publish('job', null);
    await eventually(() => expect(watcher.events.stepOf('job')).toBeNull());
  });

  test('messages that make no sense are passed over', async () => {
    const watcher = startProcess();
    const seen = watch(watcher.events, 'job');
    await eventually(() => expect(watcher.channel.isConnected()).toBe(true));
    const origin = 'x'.repeat(36);
    for (const text of ['', 'nonsense', `${origin}not JSON`, `${origin}{"jobId":"job","step":"DANCE"}`])
      await server.command('PUBLISH', 'test:events', text);
    await eventually(async () => {
      await server.command('PUBLISH', 'test:events', `${origin}{"jobId":"job","step":"PARSE"}`);
      expect(watcher.events.stepOf('job')).toBe('PARSE');
    });
    expect(seen.changes).toBeGreaterThan(0);
  });

  test('without messages a watcher looks by himself', async () => {
    await server.kill();
    const watcher = startProcess({ lookEveryMsAlone: 5 });
    expect(watcher.channel.isConnected()).toBe(false);
    const seen = watch(watcher.events, 'job');
    await eventually(() => expect(seen.changes).toBeGreaterThan(2));
  });

  test('with messages he looks as well, for one may have been lost', async () => {
    const watcher = startProcess({ lookEveryMs: 5 });
    await eventually(() => expect(watcher.channel.isConnected()).toBe(true));
    const seen = watch(watcher.events, 'job');
    await eventually(() => expect(seen.changes).toBeGreaterThan(2));
  });

  test('messages come through again after Redis was away, also of those who watched all along', async () => {
    const [worker, watcher] = [startProcess(), startProcess()];
    const seen = watch(watcher.events, 'job');
    await eventually(() => expect(watcher.channel.isConnected()).toBe(true));
    await server.kill();
    worker.events.publish('job', 'PARSE');
    await server.restart();
    await eventually(() => {
      worker.events.publish('job', 'WRITE');
      expect(watcher.events.stepOf('job')).toBe('WRITE');
    });
    expect(seen.changes).toBeGreaterThan(0);
  });
});
