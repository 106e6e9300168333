/** What several processes share, in Redis where it is configured, and else what one process needs instead. */

import type { Channel } from '../platform/channel.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { createBullQueue } from '../platform/queue/bullmq.ts';
import { createInProcessQueue } from '../platform/queue/in-process.ts';
import type { Queue } from '../platform/queue/queue.ts';
import type { Redis } from '../platform/redis/redis.ts';
import { createRedisChannel } from '../platform/redis/redis-channel.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createConfiguredRedis } from './redis.ts';

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
  const redis = createConfiguredRedis(config, url, { secrets, log });
  return toPart({
    redis,
    queue: createBullQueue({ redis, prefix, name: 'ingestion', log }),
    channel: createRedisChannel({ redis, name: `${prefix}:job-events` }),
    keyChannel: createRedisChannel({ redis, name: `${prefix}:api-keys` }),
    sessionChannel: createRedisChannel({ redis, name: `${prefix}:sessions` }),
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
