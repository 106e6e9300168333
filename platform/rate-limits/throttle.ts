/**
 * Slows down whoever fails again and again: some failures are free, then one attempt at a time is let through, with
 * waits that double. Counted in Redis where there is one, and in this process while it is away.
 */

import { createHash } from 'node:crypto';
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { Problem } from '../errors.ts';

export interface Throttle {
  /**
   * Counts an attempt before it is made, so that many at once do not get by. Rejects with TOO_MANY_REQUESTS, saying
   * for how long; such an attempt is not counted.
   */
  attempt(key: string): Promise<void>;
  /** The attempt was a good one: it does not count. */
  giveBack(key: string): Promise<void>;
  /** Nothing counts any more. */
  forget(key: string): Promise<void>;
}

export interface ThrottleOptions {
  /** Begins its keys in Redis. */
  readonly name: string;
  /** Failures within an hour before the first wait. */
  readonly free: number;
  readonly waitSecondsMax: number;
  /** What the limiter's library takes for a client of Redis; null where there is only this process. */
  readonly redis: object | null;
}

/** How long failures count, in seconds from the first. */
const WINDOW_SECONDS = 3_600;
/** How long Redis may take to answer, in ms; after that it counts as away. */
const ANSWER_MS = 500;
/** Not a limit: failures are only counted. */
const UNCOUNTED = 1_000_000_000;

export function createThrottle({ name, free, waitSecondsMax, redis }: ThrottleOptions): Throttle {
  const failures = limiter({
    redis,
    prefix: `${name}:failures`,
    points: UNCOUNTED,
    duration: WINDOW_SECONDS,
  });
  const turns = limiter({ redis, prefix: `${name}:turns`, points: 1, duration: 1 });
  const waitAfter = (count: number) => Math.min(2 ** (count - free - 1), waitSecondsMax);
  return {
    attempt: async (text) => {
      const key = hashed(text);
      const { consumedPoints } = await failures.penalty(key);
      if (consumedPoints <= free) return;
      try {
        await turns.consume(key, 1, { customDuration: waitAfter(consumedPoints) });
      } catch (refused) {
        await failures.reward(key);
        throw refused instanceof RateLimiterRes ? tooMany(refused.msBeforeNext) : refused;
      }
    },
    giveBack: async (text) => {
      await failures.reward(hashed(text));
    },
    forget: async (text) => {
      const key = hashed(text);
      await Promise.all([failures.delete(key), turns.delete(key)]);
    },
  };
}

interface LimiterOptions {
  readonly redis: object | null;
  readonly prefix: string;
  readonly points: number;
  readonly duration: number;
}

function limiter({ redis, prefix: keyPrefix, points, duration }: LimiterOptions) {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration });
  if (redis === null) return memory;
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
    keyPrefix,
    points,
    duration,
  });
  return new RLWrapperTimeouts({ limiter, timeoutMs: ANSWER_MS });
}

/** Of one length, and telling nobody who tries what. */
function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function tooMany(retryAfterMs: number): Problem {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new Problem('TOO_MANY_REQUESTS', `There were too many failures. Try again in ${seconds} s.`, {
    retryAfterMs,
  });
}
