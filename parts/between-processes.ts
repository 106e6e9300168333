/** What several processes share, in Redis where it is configured, and else what one process needs instead. */

import { FIRST_NAMESPACE, type Namespace } from '../model/namespace.ts';
import type { Channel } from '../platform/channel.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { createBullQueue, dropBullQueue } from '../platform/queue/bullmq.ts';
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
  if (url === undefined) return toPart({ redis: null, keyChannel: null, sessionChannel: null });
  const redis = createConfiguredRedis(config, url, { secrets, log });
  return toPart({
    redis,
    keyChannel: createRedisChannel({ redis, name: `${prefix}:api-keys` }),
    sessionChannel: createRedisChannel({ redis, name: `${prefix}:sessions` }),
  });
}

/** Opening waits for nothing: where Redis is away, what uses it goes on without. */
function toPart(rooms: Omit<Shared, keyof Part>): Shared {
  const { redis, keyChannel, sessionChannel } = rooms;
  return {
    ...rooms,
    name: 'shared',
    start: async () => {
      for (const one of [redis, keyChannel, sessionChannel]) one?.open();
    },
    close: async () => {
      keyChannel?.close();
      sessionChannel?.close();
      redis?.close();
    },
  };
}

/** What processes share of the work on one graph: another graph has jobs of its own, which may have the same ids. */
export interface SharedWork extends Part {
  /** Carries the ids of jobs; the graph has the jobs. */
  readonly queue: Queue;
  /** Live progress between processes; null where there is only one. */
  readonly channel: Channel | null;
}

export interface SharedWorkOptions {
  readonly redis: Redis | null;
  readonly namespace: Namespace;
  readonly log: Log;
}

export function createSharedWork(config: Config, { redis, namespace, log }: SharedWorkOptions): SharedWork {
  const prefix = workPrefix(config, namespace);
  const queue =
    redis === null ? createInProcessQueue() : createBullQueue({ redis, prefix, name: QUEUE, log });
  const channel = redis === null ? null : createRedisChannel({ redis, name: `${prefix}:job-events` });
  return {
    name: 'shared work',
    queue,
    channel,
    start: async () => {
      channel?.open();
      queue.open();
    },
    close: async () => {
      await queue.close();
      channel?.close();
    },
  };
}

/** Takes what waits in the namespace out of Redis, where there is one. */
export async function dropSharedWork(
  config: Config,
  {
    namespace,
    secrets,
    log,
  }: { readonly namespace: Namespace; readonly secrets: Secrets; readonly log: Log },
): Promise<void> {
  const { REDIS_URL: url } = config;
  if (url === undefined) return;
  const redis = createConfiguredRedis(config, url, { secrets, log });
  try {
    await dropBullQueue({ redis, prefix: workPrefix(config, namespace), name: QUEUE, log });
  } finally {
    redis.close();
  }
}

const QUEUE = 'ingestion';

function workPrefix({ REDIS_PREFIX: prefix }: Config, namespace: Namespace): string {
  return namespace === FIRST_NAMESPACE ? prefix : `${prefix}:${namespace}`;
}
