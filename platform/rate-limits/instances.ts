/**
 * How many processes share the limits, for the time when Redis is away and each keeps to its share. Each says every few
 * seconds that it is there, and is told how many do; what was heard last counts on.
 */

import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../redis/connection.ts';

/** How often it is said, and how long it holds, in ms. */
const BEAT_MS = 5_000;
const ALIVE_MS = 15_000;

/** By Redis's own clock, so that nobody's clock matters. */
const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])`;

export interface Instances {
  /** Begins to say so; the first time as soon as Redis answers. */
  open(): void;
  /** At least as many as were expected. */
  count(): number;
  close(): void;
}

export interface InstancesOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
  /** As many as the operator says there are at least. */
  readonly expected: number;
}

export function createInstances({ connection, prefix, expected }: InstancesOptions): Instances {
  const id = randomUUID();
  const key = `${prefix}:limits:instances`;
  let heard = 1;
  let timer: NodeJS.Timeout | undefined;
  const beat = () => {
    if (!connection.isReady) return;
    connection.eval(BEAT, { keys: [key], arguments: [id, String(ALIVE_MS)] }).then(
      (count) => {
        heard = Number(count);
      },
      // Whoever takes from a bucket finds out the same, and says so.
      () => undefined,
    );
  };
  return {
    open: () => {
      connection.on('ready', beat);
      timer ??= setInterval(beat, BEAT_MS).unref();
    },
    count: () => Math.max(expected, heard),
    close: () => {
      clearInterval(timer);
      connection.off('ready', beat);
    },
  };
}
