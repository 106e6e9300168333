/** Buckets in Redis, which all who share it take from. The library counts; how a bucket fills is our script in it. */

import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisConnection } from '../redis/connection.ts';
import { type Charge, type Level, WINDOW_MS } from './bucket.ts';

/**
 * The library's arguments: points, the key's life, the limit, the window; both in seconds. By Redis's own clock. What is
 * refused is answered with more than the limit, which is how the library tells.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local points, limit, window = tonumber(ARGV[1]), tonumber(ARGV[3]), ARGV[4] * 1000
local each = window / limit
local due = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or now), now), now + window)
local after = math.max(due + points * each, now)
if points > 0 and after - now > window + each / 1000 then
  return {limit + 1 + math.ceil((due - now) / each - 0.001), math.ceil(after - now - window)}
end
local left = math.ceil(after - now - 0.01)
if left < 1 then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', left)
end
return {math.ceil((after - now) / each - 0.001), left}`;

const WINDOW_SECONDS = WINDOW_MS / 1_000;
/** Limits that are in use at once; each is one of the library's limiters. */
const LIMITERS_MAX = 1_000;

export interface RedisBuckets {
  /** Rejects where Redis does not answer. Asked in one tick, charges go out together. */
  take(charge: Charge): Promise<Level>;
  giveBack(charge: Charge): Promise<unknown>;
}

export interface RedisBucketsOptions {
  readonly connection: RedisConnection;
  /** Keeps installations that share a Redis apart. */
  readonly prefix: string;
}

export function createRedisBuckets({ connection, prefix }: RedisBucketsOptions): RedisBuckets {
  const limiters = new LRUCache<number, RateLimiterRedis>({ max: LIMITERS_MAX });
  const limiterOf = (limit: number): RateLimiterRedis => {
    const known = limiters.get(limit);
    if (known !== undefined) return known;
    const limiter = new RateLimiterRedis({
      storeClient: connection,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      keyPrefix: `${prefix}:limits`,
      points: limit,
      duration: WINDOW_SECONDS,
      customIncrTtlLuaScript: TAKE,
    });
    limiters.set(limit, limiter);
    return limiter;
  };
  return {
    take: async ({ key, limit, points }) => {
      try {
        const { consumedPoints, msBeforeNext } = await limiterOf(limit).consume(key, points);
        return { remaining: limit - consumedPoints, fullInMs: msBeforeNext, waitMs: 0 };
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        const { consumedPoints, msBeforeNext } = refused;
        const used = consumedPoints - limit - 1;
        const fullInMs = Math.ceil((used * WINDOW_MS) / limit);
        return { remaining: limit - used, fullInMs, waitMs: Math.max(1, msBeforeNext) };
      }
    },
    giveBack: ({ key, limit, points }) => limiterOf(limit).reward(key, points),
  };
}
