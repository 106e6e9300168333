/**
 * Who signs and who verifies: a process with a gateway has the signing keys, the admin part changes them, any other
 * process has public keys alone.
 */

import { join } from 'node:path';
import { createOutsideTokens, type OutsideTokens } from '../platform/auth/oidc/outside-tokens.ts';
import { fetchedKeys, publishedKeys } from '../platform/auth/public-keys.ts';
import { createSigningKeys, type SigningKeys } from '../platform/auth/signing-keys/signing-keys.ts';
import {
  createTokenAuthority,
  createTokenVerifier,
  type TokenAuthority,
  type TokenVerifier,
} from '../platform/auth/token-authority.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';

export function keysDirectory(config: Pick<Config, 'KEYS_DIR' | 'DATA_DIR'>): string {
  return config.KEYS_DIR ?? join(config.DATA_DIR, 'keys');
}

/** Opens nothing: gateways open them, and the admin part asks for them when an operator does. */
export function createSharedSigningKeys(config: Config): SigningKeys {
  return createSigningKeys({ directory: keysDirectory(config), algorithm: config.SIGNING_ALGORITHM });
}

export function createAuthority(config: Config, keys: SigningKeys): TokenAuthority {
  return createTokenAuthority({ directory: keysDirectory(config) }, keys);
}

export function createVerifier(config: Config): TokenVerifier {
  const keys =
    config.JWKS_URL === undefined ? publishedKeys(keysDirectory(config)) : fetchedKeys(config.JWKS_URL);
  return createTokenVerifier({ keys });
}

/** Tokens of the issuers that are configured; null where there are none. */
export function createOutside(config: Config, log: Log): OutsideTokens | null {
  const { OIDC_ISSUERS: issuers, OPERATOR_TENANT: operatorTenant } = config;
  return issuers.length === 0 ? null : createOutsideTokens({ issuers, operatorTenant, log });
}
