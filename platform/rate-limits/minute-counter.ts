/**
 * What was spent in the running minute, by key. Counted in Redis, together for all who share it; where it is away or
 * slow, each process counts for itself.
 */

import { TimeoutStrategy, timeout } from 'cockatiel';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { RedisConnection } from '../redis/redis.ts';

/** Adds points to what the key has spent; gives the sum, and when it begins anew, in ms. */
export type MinuteCounter = (
  key: string,
  points: number,
) => Promise<{ readonly spent: number; readonly leftMs: number }>;

export interface MinuteCounterOptions {
  readonly name: string;
  /** Null where nothing is shared. `prefix` keeps installations that share a Redis apart. */
  readonly shared: { readonly connection: RedisConnection; readonly prefix: string } | null;
}

const WINDOW_SECONDS = 60;
/** Each key has a limit of its own, so that the counters themselves have none. */
const COUNTED_MAX = Number.MAX_SAFE_INTEGER;
/** How long Redis is waited for, in ms. */
const WAIT_MS = 100;

export function createMinuteCounter({ name, shared }: MinuteCounterOptions): MinuteCounter {
  const options = { points: COUNTED_MAX, duration: WINDOW_SECONDS };
  const own = countWith(new RateLimiterMemory({ ...options, keyPrefix: name }));
  if (shared === null) return own;
  const { connection, prefix } = shared;
  const keyPrefix = `${prefix}:spent:${name}`;
  const ours = countWith(
    new RateLimiterRedis({ ...options, keyPrefix, storeClient: connection, useRedisPackage: true }),
  );
  const soon = timeout(WAIT_MS, TimeoutStrategy.Aggressive);
  return (key, points) =>
    connection.isReady
      ? soon.execute(() => ours(key, points)).catch(() => own(key, points))
      : own(key, points);
}

function countWith(limiter: RateLimiterAbstract): MinuteCounter {
  return async (key, points) => {
    const { consumedPoints, msBeforeNext } = await limiter.consume(key, points);
    return { spent: consumedPoints, leftMs: msBeforeNext };
  };
}
