/** Settings of the Redis that processes share, and of the Sentinels that watch over it. */

import { z } from 'zod';
import { flag, hostsAndPorts } from './setting-kinds.ts';

export const REDIS_SETTINGS = {
  /** Redis (`redis://…`, `rediss://…`) for what several processes share: queue, live progress, cache. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Redis Sentinels, as `host:port`, comma-separated; they say where the master is, and host and port of the URL are not used. */
  REDIS_SENTINELS: hostsAndPorts,
  /** By which the Sentinels know the master. */
  REDIS_SENTINEL_NAME: z.string().min(1).default('mymaster'),
  /** Of the Sentinels themselves; those of the nodes are in the URL. */
  REDIS_SENTINEL_USER: z.string().min(1).optional(),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  /** Whether the Sentinels speak TLS; by default as the URL says of the nodes. */
  REDIS_SENTINEL_TLS: flag.optional(),
  /** Begins every key in Redis; installations that share one need a prefix each. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'may have letters, digits, ".", "-" and "_"')
    .default('trellis'),
};
