/** Who signs and who verifies: a process with a gateway has the signing key, any other one public keys alone. */

import { join } from 'node:path';
import { fetchedKeys, publishedKeys } from '../platform/auth/public-keys.ts';
import {
  createTokenAuthority,
  createTokenVerifier,
  type TokenAuthority,
  type TokenVerifier,
} from '../platform/auth/token-authority.ts';
import type { Config } from '../platform/config.ts';

export function keysDirectory(config: Pick<Config, 'KEYS_DIR' | 'DATA_DIR'>): string {
  return config.KEYS_DIR ?? join(config.DATA_DIR, 'keys');
}

export function createAuthority(config: Config): TokenAuthority {
  return createTokenAuthority({ directory: keysDirectory(config) });
}

export function createVerifier(config: Config): TokenVerifier {
  const keys =
    config.JWKS_URL === undefined ? publishedKeys(keysDirectory(config)) : fetchedKeys(config.JWKS_URL);
  return createTokenVerifier({ keys });
}
