/**
 * The vendor's client, loaded by the first connection: most installations are one process without Redis, and start sooner
 * without its four hundred files.
 */

import { createRequire } from 'node:module';

type RedisClient = typeof import('@redis/client');

const require = createRequire(import.meta.url);

export const createClient: RedisClient['createClient'] = (options) =>
  (require('@redis/client') as RedisClient).createClient(options);
