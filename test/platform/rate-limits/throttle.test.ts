import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createThrottle, type Throttle } from '../../../platform/rate-limits/throttle.ts';
import { createRedis } from '../../../platform/redis/redis.ts';
import { redisMissing, startRedis } from '../../servers/redis.ts';
import { silent } from '../../subgraphs/harness.ts';

const wait = (throttle: Throttle, key: string) =>
  throttle.attempt(key).then(
    () => 0,
    ({ code, retryAfterMs }) => (code === 'TOO_MANY_REQUESTS' ? Number(retryAfterMs) : -1),
  );

describe('in this process', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('some failures are free, then waits double up to the longest, for this key alone', async () => {
    const throttle = createThrottle({ name: 't', free: 3, waitSecondsMax: 8, redis: null });
    for (let count = 0; count < 3; count++) expect(await wait(throttle, 'a')).toBe(0);
    for (const seconds of [1, 2, 4, 8, 8]) {
      expect(await wait(throttle, 'a')).toBe(0);
      expect(await wait(throttle, 'a')).toBe(seconds * 1_000);
      vi.advanceTimersByTime(seconds * 1_000 - 1);
      expect(await wait(throttle, 'a')).toBe(1);
      vi.advanceTimersByTime(1);
    }
    expect(await wait(throttle, 'b')).toBe(0);
  });

  test('many at once do not get by', async () => {
    const throttle = createThrottle({ name: 't', free: 3, waitSecondsMax: 8, redis: null });
    const waits = await Promise.all(Array.from({ length: 50 }, () => wait(throttle, 'a')));
    expect(waits.filter((one) => one === 0)).toHaveLength(4);
  });

  test('what was given back or forgotten does not count, and nothing counts for ever', async () => {
    const throttle = createThrottle({ name: 't', free: 1, waitSecondsMax: 8, redis: null });
    for (let count = 0; count < 5; count++) {
      expect(await wait(throttle, 'a')).toBe(0);
      await throttle.giveBack('a');
    }
    await wait(throttle, 'a');
    await wait(throttle, 'a');
    expect(await wait(throttle, 'a')).toBeGreaterThan(0);
    await throttle.forget('a');
    expect(await wait(throttle, 'a')).toBe(0);
    await wait(throttle, 'a');
    expect(await wait(throttle, 'a')).toBeGreaterThan(0);
    vi.advanceTimersByTime(3_600_000);
    expect(await wait(throttle, 'a')).toBe(0);
  });
});

describe.skipIf(redisMissing !== null)('over Redis', () => {
  test('processes count together, and each by itself while Redis is away', async () => {
    const server = await startRedis();
    const connections = [1, 2].map(() =>
      createRedis({ url: server.url, log: silent }).connection({ purpose: 'test', offline: 'refuse' }),
    );
    await Promise.all(connections.map((connection) => connection.connect()));
    const [one, two] = connections.map((redis) =>
      createThrottle({ name: 't', free: 3, waitSecondsMax: 300, redis }),
    );
    if (one === undefined || two === undefined) throw new Error('there are two');
    try {
      for (const throttle of [one, two, one]) expect(await wait(throttle, 'a')).toBe(0);
      const waits = await Promise.all([one, two, one, two].map((throttle) => wait(throttle, 'a')));
      expect(waits.filter((ms) => ms === 0)).toHaveLength(1);
      expect(await server.command('KEYS', 't:*')).toHaveLength(2);
      await server.freeze();
      for (let count = 0; count < 3; count++) expect(await wait(one, 'a')).toBe(0);
      server.thaw();
      await server.kill();
      await vi.waitFor(() => expect(connections.some(({ isReady }) => isReady)).toBe(false), 30_000);
      for (let count = 0; count < 3; count++) expect(await wait(two, 'a')).toBe(0);
      await wait(two, 'a');
      expect(await wait(two, 'a')).toBeGreaterThan(0);
    } finally {
      for (const connection of connections) connection.destroy();
      await server.close();
    }
  });
});
