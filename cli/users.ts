/** `trellis bootstrap` and `trellis sign-in`: the first administrator, and a token for a user. */

import { join } from 'node:path';
import { BOOTSTRAP_SECRET } from '../operations/users/bootstrap.ts';
import { secretsDirectory } from '../parts/api-keys.ts';
import { readSecret } from '../platform/auth/secret-file.ts';
import type { Config } from '../platform/config.ts';
import { Problem } from '../platform/errors.ts';
import type { Client } from './client.ts';

export interface UserOptions {
  readonly tenant: string;
  readonly name: string;
}

export function bootstrapPath(config: Pick<Config, 'DATA_DIR'>): string {
  return join(secretsDirectory(config), BOOTSTRAP_SECRET);
}

/** The secret of the data folder on this machine. Asked for first, so that nobody types a password for nothing. */
export async function bootstrapSecret(config: Pick<Config, 'DATA_DIR'>): Promise<string> {
  const directory = secretsDirectory(config);
  const what = 'secret for the first administrator';
  const secret = await readSecret({ directory, name: BOOTSTRAP_SECRET, what });
  if (secret !== null) return secret;
  const detail = `There is no ${bootstrapPath(config)}: a server writes it while there are no users. Run this on its machine, with its TRELLIS_DATA_DIR.`;
  throw new Problem('NOT_FOUND', detail);
}

export async function bootstrap(
  client: Client,
  input: UserOptions & { readonly secret: string; readonly password: string },
): Promise<string> {
  const { bootstrapAdministrator } = await client.run<{
    readonly bootstrapAdministrator: { readonly user: { readonly id: string; readonly name: string } };
  }>(
    'mutation ($input: BootstrapAdministratorInput!) { bootstrapAdministrator(input: $input) { user { id name } } }',
    { input },
  );
  const { id, name } = bootstrapAdministrator.user;
  return `${name} (${id}) is the first administrator of ${input.tenant}. Sign in with "trellis sign-in --tenant ${input.tenant} --name ${name}".`;
}

interface Tokens {
  readonly accessToken: string;
  readonly accessExpiresAt: string;
  readonly refreshToken: string;
  readonly sessionExpiresAt: string;
}

/** What a script captures with `$(…)` is the access token alone. */
export async function signIn(
  client: Client,
  input: UserOptions & { readonly password: string },
  options: { readonly json: boolean },
): Promise<string> {
  const { signIn: tokens } = await client.run<{ readonly signIn: Tokens }>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken accessExpiresAt refreshToken sessionExpiresAt } }',
    { input },
  );
  return options.json ? JSON.stringify(tokens, null, 2) : tokens.accessToken;
}
