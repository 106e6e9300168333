/** What keys may spend: counted by one gateway, by several over a real Redis, and while that is away. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSpending, type Spender } from '../../../gateway/limits/spending.ts';
import { createLog } from '../../../platform/log.ts';
import { createRedis, type Redis } from '../../../platform/redis/redis.ts';
import { type RedisServer, redisMissing, startRedis } from '../../servers/redis.ts';

const log = createLog({ level: 'silent' });
const spender = (
  id: string,
  requestsPerMinute: number | null,
  costPerMinute: number | null = null,
): Spender => ({
  id,
  limits: { requestsPerMinute, costPerMinute },
});

describe('a gateway by itself', () => {
  const { spend } = createSpending({ shared: null });

  test('gives what is left, and refuses when it is spent, saying when to come back', async () => {
    const key = spender('a', 2);
    expect(await spend(key, 1)).toEqual({ limit: 2, remaining: 1, resetSeconds: 60 });
    expect(await spend(key, 1)).toMatchObject({ remaining: 0 });
    await expect(spend(key, 1)).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: expect.stringContaining('2 requests in a minute'),
      retryAfterMs: expect.any(Number),
    });
    expect(await spend(spender('b', 2), 1)).toMatchObject({ remaining: 1 });
  });

  test('counts points beside requests, and tells of what is nearer to its end', async () => {
    const key = spender('c', 100, 10);
    expect(await spend(key, 4)).toMatchObject({ limit: 10, remaining: 6 });
    await expect(spend(key, 7)).rejects.toMatchObject({ message: expect.stringContaining('10 points') });
  });

  test('asks nothing of a key without limits', async () => {
    expect(await spend(spender('d', null), 1_000_000)).toBeNull();
  });
});

describe.skipIf(redisMissing)(`gateways over Redis (${redisMissing ?? 'run'})`, () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = createRedis({ url: server.url, log });
  });
  afterAll(async () => {
    redis.close();
    await server.close();
  });

  test('count together, and each for itself while it is away or does not answer', async () => {
    const shared = { redis, prefix: 'test' };
    const [one, two] = [createSpending({ shared }), createSpending({ shared })];
    const key = spender('e', 100);
    try {
      one.open();
      two.open();
      const remaining = async (spending: typeof one) => (await spending.spend(key, 1))?.remaining ?? -1;
      // Until both are connected, each counts for itself.
      await expect
        .poll(async () => (await remaining(one)) - (await remaining(two)), { timeout: 10_000 })
        .toBe(1);
      server.freeze();
      const alone = await remaining(one);
      expect(await remaining(one)).toBe(alone - 1);
      server.thaw();
      await server.kill();
      expect(await remaining(two)).toBeGreaterThan(0);
    } finally {
      one.close();
      two.close();
    }
  });
});
