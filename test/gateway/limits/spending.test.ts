/** What callers may spend: counted by one gateway, by several over a real Redis, and while that is away. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Allowance, Policy } from '../../../gateway/limits/allowances.ts';
import { budgetHeaders, createSpending } from '../../../gateway/limits/spending.ts';
import { createLog } from '../../../platform/log.ts';
import { createRedis, type Redis } from '../../../platform/redis/redis.ts';
import { type RedisServer, redisMissing, startRedis } from '../../servers/redis.ts';

const log = createLog({ level: 'silent' });
const allowance = (owner: string, limit: number, policy: Policy = 'user-points'): Allowance => ({
  policy,
  owner,
  limit,
});

describe('a gateway by itself', () => {
  const { spend } = createSpending({ shared: null, instances: 1 });

  test('gives what is left, and refuses when it is spent, naming the limit and when to come back', async () => {
    const ada = [allowance('ada', 2)];
    expect(await spend(ada, 1)).toEqual([
      { policy: 'user-points', limit: 2, remaining: 1, resetSeconds: 30 },
    ]);
    expect(await spend(ada, 1)).toMatchObject([{ remaining: 0 }]);
    const refused = await spend(ada, 1).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: expect.stringMatching(/"user-points" is reached: the user has 2 points in a minute/),
      violatedPolicies: ['user-points'],
      budgets: [{ policy: 'user-points', limit: 2, remaining: 0 }],
    });
    const { retryAfterMs } = refused as { readonly retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(20_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
    expect(await spend([allowance('bob', 2)], 1)).toMatchObject([{ remaining: 1 }]);
  });

  test('takes nothing from any limit where another one refuses', async () => {
    const user = allowance('carl', 100);
    const tenant = allowance('acme', 10, 'tenant-points');
    expect(await spend([user, tenant], 8)).toMatchObject([{ remaining: 92 }, { remaining: 2 }]);
    await expect(spend([user, tenant], 5)).rejects.toMatchObject({ violatedPolicies: ['tenant-points'] });
    expect(await spend([user], 1)).toMatchObject([{ remaining: 91 }]);
    expect(await spend([tenant], 2)).toMatchObject([{ remaining: 0 }]);
  });

  test('counts a request once, whatever it costs, where the limit is one of requests', async () => {
    const key = [allowance('k', 3, 'key-requests'), allowance('k', 100, 'key-points')];
    expect(await spend(key, 40)).toMatchObject([{ remaining: 2 }, { remaining: 60 }]);
  });

  test('says at once that waiting would not help', async () => {
    await expect(spend([allowance('dora', 10)], 11)).rejects.toMatchObject({
      code: 'QUERY_TOO_COMPLEX',
      message: expect.stringMatching(/costs 11 points, and the user has 10/),
    });
  });

  test('asks nothing of whom nothing limits', async () => {
    expect(await spend([], 1_000_000)).toEqual([]);
    expect(budgetHeaders([])).toEqual({});
  });

  test('tells of every limit, and how the tightest one stands, as the draft of the IETF says', async () => {
    const budgets = await spend(
      [
        allowance('e', 10, 'key-requests'),
        allowance('e', 50, 'key-points'),
        allowance('e', 500, 'tenant-points'),
      ],
      25,
    );
    expect(budgetHeaders(budgets)).toEqual({
      'ratelimit-policy':
        '"key-requests";q=10;w=60;qu="requests", "key-points";q=50;w=60;qu="points", "tenant-points";q=500;w=60;qu="points"',
      ratelimit: '"key-points";r=25;t=30',
    });
  });
});

describe('one gateway of four that cannot count together', () => {
  const { spend } = createSpending({ shared: null, instances: 4 });

  test('gives a quarter', async () => {
    expect(await spend([allowance('ada', 40)], 1)).toMatchObject([{ remaining: 9 }]);
    await spend([allowance('ada', 40)], 9);
    await expect(spend([allowance('ada', 40)], 1)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  test('takes what costs more than its quarter, and is waited for as long as it costs', async () => {
    const bob = [allowance('bob', 40)];
    await spend(bob, 30);
    const { retryAfterMs } = await spend(bob, 1).catch((error) => error);
    expect(retryAfterMs).toBeGreaterThan(120_000);
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

  const start = (prefix: string) => {
    const spending = createSpending({ shared: { redis, prefix }, instances: 1 });
    spending.open();
    return spending;
  };
  type Gateway = ReturnType<typeof start>;
  const spent = async (spending: Gateway, allowances: readonly Allowance[], cost: number) =>
    (await spending.spend(allowances, cost))[0]?.remaining ?? -1;
  /** Until both are connected, each counts for itself. */
  const together = async (one: Gateway, two: Gateway, probe: string) =>
    expect
      .poll(async () => {
        const fresh = [allowance(`${probe}${Math.random()}`, 100)];
        await spent(one, fresh, 1);
        return spent(two, fresh, 1);
      })
      .toBe(98);

  test('count together, all limits or none, and say when to come back', async () => {
    const [one, two] = [start('together'), start('together')];
    try {
      await together(one, two, 'probe');
      const both = [allowance('ada', 100), allowance('acme', 50, 'tenant-points')];
      expect(await one.spend(both, 30)).toMatchObject([
        { remaining: 70, resetSeconds: 18 },
        { remaining: 20, resetSeconds: 36 },
      ]);
      const refused = await two.spend(both, 30).catch((error) => error);
      expect(refused).toMatchObject({ violatedPolicies: ['tenant-points'] });
      expect(refused.retryAfterMs).toBeGreaterThan(10_000);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(12_000);
      expect(await spent(two, [allowance('ada', 100)], 10)).toBeGreaterThanOrEqual(60);
      await expect(one.spend([allowance('ada', 100)], 90)).rejects.toMatchObject({
        code: 'TOO_MANY_REQUESTS',
      });
    } finally {
      one.close();
      two.close();
    }
  });

  test('keep no name and no address in Redis, and nothing for longer than it counts', async () => {
    const one = start('quiet');
    const kept = async () => {
      await spent(one, [allowance('ada', 1_000), allowance('10.0.0.1', 1_000, 'address-points')], 1);
      return (await server.command('KEYS', 'quiet:*')) as string[];
    };
    try {
      await expect.poll(async () => (await kept()).length).toBeGreaterThan(2);
      const keys = (await kept()).filter((key) => key.includes('-points'));
      expect(keys.toSorted()).toEqual([
        expect.stringMatching(/^quiet:limits:address-points:[\w-]{43}$/),
        expect.stringMatching(/^quiet:limits:user-points:[\w-]{43}$/),
      ]);
      for (const key of keys) expect(await server.command('PTTL', key)).toBeGreaterThan(0);
    } finally {
      one.close();
    }
  });

  test('share the limit out among as many as were seen while it does not answer or is away', async () => {
    const seen = async () => Number(await server.command('ZCARD', 'away:limits:instances'));
    const one = start('away');
    await expect.poll(seen).toBe(1);
    const two = start('away');
    try {
      await expect.poll(seen).toBe(2);
      await together(one, two, 'probe');
      await server.freeze();
      expect(await spent(two, [allowance('bob', 100)], 1)).toBe(49);
      expect(await spent(two, [allowance('bob', 100)], 1)).toBe(48);
      server.thaw();
      await server.kill();
      expect(await spent(two, [allowance('carl', 100)], 1)).toBe(49);
    } finally {
      one.close();
      two.close();
    }
  });
});
