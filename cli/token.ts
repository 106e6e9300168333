/** `trellis token`: a token from the local signing key, for development and first steps. */

import { InvalidArgumentError } from 'commander';
import { isScope, SCOPES, type Scope } from '../model/principal.ts';
import { createSigningKeys, type SigningKeys } from '../platform/auth/signing-keys/signing-keys.ts';
import { CLIENT_AUDIENCE, createTokenAuthority } from '../platform/auth/token-authority.ts';
import { Problem } from '../platform/errors.ts';

/** What a development token may do: everything. */
const ALL_SCOPES: readonly Scope[] = [...SCOPES, 'admin:*'];
const DEFAULT_HOURS = 12;

export interface TokenOptions {
  readonly scope?: readonly Scope[];
  readonly tenant?: string;
  readonly hours?: number;
}

/**
 * Whoever may read the key file may make any token, so this asks for nothing else. A key that is not there is not
 * made: a token by a new key would only be refused by the server.
 */
export async function createDevelopmentToken(keysDirectory: string, options: TokenOptions): Promise<string> {
  const keys = createSigningKeys({ directory: keysDirectory });
  await openExisting(keys, keysDirectory);
  const authority = createTokenAuthority({ directory: keysDirectory }, keys);
  return authority.issue({
    principal: {
      subject: 'developer',
      tenant: options.tenant ?? 'default',
      scopes: options.scope ?? ALL_SCOPES,
    },
    audience: CLIENT_AUDIENCE,
    lifetimeSeconds: (options.hours ?? DEFAULT_HOURS) * 3_600,
  });
}

async function openExisting(keys: SigningKeys, directory: string): Promise<void> {
  try {
    await keys.open({ make: false });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'UNAVAILABLE') throw error;
    throw new Problem(
      'NOT_FOUND',
      `There is no signing key in ${directory}: the server makes it at its first start. Start it with "npm start", name its data folder in TRELLIS_DATA_DIR, or give a token with --token or TRELLIS_TOKEN.`,
    );
  }
}

/** Reads `--scope "documents:read graph:read"`. */
export function readScopes(text: string): readonly Scope[] {
  const scopes = text.split(/[\s,]+/).filter(Boolean);
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Unknown: ${unknown.join(' ')}. There are: ${ALL_SCOPES.join(' ')}`);
  }
  return scopes.filter(isScope);
}
