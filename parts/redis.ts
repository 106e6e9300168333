/** The Redis that is configured, at one address or wherever its Sentinels say. */

import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { createRedis, type Redis } from '../platform/redis/redis.ts';
import { createSentinels, type Sentinels } from '../platform/redis/sentinels.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';

export function createConfiguredRedis(
  config: Config,
  url: string,
  { secrets, log }: { readonly secrets: Secrets; readonly log: Log },
): Redis {
  const sentinels = createConfiguredSentinels(config, url, secrets);
  return createRedis({ url, log, urlNow: () => secrets.current('REDIS_URL'), sentinels });
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
