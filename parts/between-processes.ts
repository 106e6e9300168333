/** What several processes share, in Redis where it is configured, and else what one process needs instead. */

import type { Channel } from '../platform/channel.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { createBullQueue } from '../platform/queue/bullmq.ts';
import { createInProcessQueue } from '../platform/queue/in-process.ts';
import type { Queue } from '../platform/queue/queue.ts';
import { createRedis, type Redis } from '../platform/redis/redis.ts';
import { createRedisChannel } from '../platform/redis/redis-channel.ts';
import { createSentinels, type Sentinels } from '../platform/redis/sentinels.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';

/** A Redis with what keeps this installation apart in it. */
interface RedisSpace {
  readonly redis: Redis;
  readonly prefix: string;
}

/** Null where nothing is shared. */
export function redisSpaceOf(config: Config, redis: Redis | null): RedisSpace | null {
  return redis === null ? null : { redis, prefix: config.REDIS_PREFIX };
}

export interface Shared extends Part {
  readonly redis: Redis | null;
  /** Carries the ids of jobs; the graph has the jobs. */
  readonly queue: Queue;
  /** Live progress between processes; null where there is only one. */
  readonly channel: Channel | null;
  /** Tells of API keys that are not what they were; null where there is only one process. */
  readonly keyChannel: Channel | null;
  /** Tells of sessions that ended; null where there is only one process. */
  readonly sessionChannel: Channel | null;
}

export function createShared(
  config: Config,
  { secrets, log }: { readonly secrets: Secrets; readonly log: Log },
): Shared {
  const { REDIS_URL: url, REDIS_PREFIX: prefix } = config;
  if (url === undefined) {
    return toPart({
      redis: null,
      queue: createInProcessQueue(),
      channel: null,
      keyChannel: null,
      sessionChannel: null,
    });
  }
  const sentinels = createConfiguredSentinels(config, url, secrets);
  const redis = createRedis({ url, log, urlNow: () => secrets.current('REDIS_URL'), sentinels });
  return toPart({
    redis,
    queue: createBullQueue({ redis, prefix, name: 'ingestion', log }),
    channel: createRedisChannel({ redis, name: `${prefix}:job-events` }),
    keyChannel: createRedisChannel({ redis, name: `${prefix}:api-keys` }),
    sessionChannel: createRedisChannel({ redis, name: `${prefix}:sessions` }),
  });
}

/** Null where there is one Redis at one address. */
function createConfiguredSentinels(config: Config, url: string, secrets: Secrets): Sentinels | null {
  if (config.REDIS_SENTINELS.length === 0) return null;
  return createSentinels({
    addresses: config.REDIS_SENTINELS,
    name: config.REDIS_SENTINEL_NAME,
    user: config.REDIS_SENTINEL_USER,
    password: () => secrets.current('REDIS_SENTINEL_PASSWORD'),
    tls: config.REDIS_SENTINEL_TLS ?? url.startsWith('rediss:'),
  });
}

/** Opening waits for nothing: where Redis is away, what uses it goes on without. */
function toPart<Rooms extends Omit<Shared, keyof Part>>(rooms: Rooms) {
  const { redis, queue, channel, keyChannel, sessionChannel } = rooms;
  return {
    ...rooms,
    name: 'shared',
    start: async () => {
      for (const one of [redis, channel, keyChannel, sessionChannel, queue]) one?.open();
    },
    close: async () => {
      await queue.close();
      channel?.close();
      keyChannel?.close();
      sessionChannel?.close();
      redis?.close();
    },
  };
}
