/** `trellis token`: a token from the local signing key, for development and first steps. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { isScope, SCOPES, type Scope } from '../model/principal.ts';
import { SIGNING_KEY_FILE } from '../platform/auth/signing-key.ts';
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
  await refuseWithoutKey(keysDirectory);
  const authority = createTokenAuthority({ directory: keysDirectory });
  await authority.open();
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

async function refuseWithoutKey(keysDirectory: string): Promise<void> {
  const path = join(keysDirectory, SIGNING_KEY_FILE);
  const code = await stat(path).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  // Any other trouble with the key is told by what opens it.
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return;
  throw new Problem(
    'NOT_FOUND',
    `There is no signing key in ${keysDirectory}: the server makes it at its first start. Start it with "npm start", name its data folder in TRELLIS_DATA_DIR, or give a token with --token or TRELLIS_TOKEN.`,
  );
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
