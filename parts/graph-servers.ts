/** The graph on two servers, as it is configured: both stores, and the register in Redis. */

import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { createRedisRegister } from '../platform/redis/redis-register.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { createBoltGraphStore } from '../stores/graph/bolt/bolt-graph-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { createServers, type Servers } from '../stores/graph/standby/servers.ts';
import { createRedisWitness, type Witness } from '../stores/graph/standby/witness.ts';
import { createConfiguredRedis } from './redis.ts';

export interface GraphServersOptions {
  readonly first: GraphStore;
  /** What is put around both, since either may take writes. */
  readonly fenced: (store: GraphStore) => GraphStore;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** Null where there is no standby. */
export function createGraphServers(
  config: Config,
  { first, fenced, secrets, log }: GraphServersOptions,
): Servers | null {
  const { GRAPH_STANDBY_URL: url } = config;
  if (config.GRAPH !== 'bolt' || url === undefined) return null;
  const second = createBoltGraphStore({
    url,
    user: config.GRAPH_STANDBY_USER ?? '',
    password: () => secrets.current('GRAPH_STANDBY_PASSWORD'),
    database: config.GRAPH_STANDBY_DATABASE ?? null,
    log,
  });
  return createServers({
    ...{ first, second: fenced(second), log },
    witness: createWitness(config, secrets, log),
  });
}

function createWitness(config: Config, secrets: Secrets, log: Log): Witness | null {
  const { REDIS_URL: url, REDIS_PREFIX: prefix } = config;
  if (url === undefined) return null;
  const redis = createConfiguredRedis(config, url, { secrets, log });
  return createRedisWitness(createRedisRegister({ redis, key: `${prefix}:graph` }));
}
