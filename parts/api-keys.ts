/** API keys: kept and checked where the admin subgraph is, and told of to every gateway. */

import { join } from 'node:path';
import { type ApiKeys, createApiKeys } from '../operations/api-keys/api-keys.ts';
import { createKeyCheck, type KeyCheck } from '../operations/api-keys/key-check.ts';
import type { Announcements } from '../platform/announcements.ts';
import { type ApiKeySecret, createApiKeySecret } from '../platform/auth/api-key-secret.ts';
import type { Config } from '../platform/config.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';

export interface ApiKeyRooms {
  readonly apiKeys: ApiKeys;
  readonly keyCheck: KeyCheck;
  /** What refresh tokens hang on as well. */
  readonly secret: ApiKeySecret;
  /** Opens the server's secret, which only a process with the admin subgraph needs. */
  openSecret(): Promise<void>;
}

/** Apart from the folder of keys, which gateways share with the admin part. */
export function secretsDirectory({ DATA_DIR }: Pick<Config, 'DATA_DIR'>): string {
  return join(DATA_DIR, 'secrets');
}

export function createApiKeyRooms(
  config: Config,
  { graph, changes }: { readonly graph: GraphStore; readonly changes: Announcements },
): ApiKeyRooms {
  const secret = createApiKeySecret({
    directory: secretsDirectory(config),
    given: config.API_KEY_SECRET,
  });
  const now = () => new Date();
  const development = config.MODE === 'development';
  return {
    apiKeys: createApiKeys({ graph, secret, changes, development, now }),
    keyCheck: createKeyCheck({ graph, secret, now }),
    secret,
    openSecret: () => secret.open(),
  };
}
