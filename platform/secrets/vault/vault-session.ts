/**
 * Being logged in at Vault: a token that is renewed while that goes, and another login when it does not. Whoever asks
 * never sees the token.
 */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Problem } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { VaultSettings } from './settings.ts';
import { pathOf, type VaultHttp, VaultRefusal, type VaultRequest } from './vault-http.ts';

/** A token is renewed when this much of its lease is over. */
const RENEWED_AFTER = 2 / 3;
/** How soon renewing is tried again where it failed, in ms. */
const RENEW_RETRY_MS = 5_000;
/** The longest that a timer of Node can wait, in ms. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface VaultSession {
  /** Rejects with a {@link VaultRefusal}, or with UNAVAILABLE. */
  ask(request: VaultRequest): Promise<unknown>;
  /** Gives the token back where it was given for logging in. */
  close(): Promise<void>;
}

export interface VaultSessionOptions {
  readonly http: VaultHttp;
  readonly settings: VaultSettings;
  /** What is secret of the settings, as it is now. */
  readonly credential: (name: 'VAULT_TOKEN' | 'VAULT_SECRET_ID') => string | undefined;
  readonly log: Log;
}

interface Lease {
  readonly token: string;
  readonly seconds: number;
  readonly isRenewable: boolean;
}

const AUTH = z.object({
  auth: z.object({ client_token: z.string(), lease_duration: z.number(), renewable: z.boolean() }),
});
const LOOK_UP = z.object({ data: z.object({ ttl: z.number(), renewable: z.boolean().default(false) }) });

export function createVaultSession(options: VaultSessionOptions): VaultSession {
  const { http, settings, log } = options;
  let lease: Lease | null = null;
  let loggingIn: Promise<Lease> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const keep = (next: Lease): Lease => {
    lease = next;
    if (next.seconds > 0) lookAfter(next.seconds * 1_000 * RENEWED_AFTER);
    return next;
  };
  const logIn = (): Promise<Lease> => {
    loggingIn ??= logInBy(options)
      .then(keep)
      .finally(() => {
        loggingIn = null;
      });
    return loggingIn;
  };
  const lookAfter = (ms: number): void => {
    if (timer !== null) clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void renewOrLogIn(), Math.min(ms, TIMER_MS_MAX)).unref();
  };
  const renewOrLogIn = async (): Promise<void> => {
    const before = lease;
    try {
      const renewed = before === null ? null : await renew(http, before);
      if (renewed === null) await logIn();
      else keep(renewed);
    } catch (error) {
      log.warn({ error }, 'The token for Vault could not be renewed; tried again.');
      lookAfter(RENEW_RETRY_MS);
    }
  };
  return {
    ask: async (request) => {
      const { token } = lease ?? (await logIn());
      try {
        return await http.ask(request, token);
      } catch (error) {
        if (!(error instanceof VaultRefusal) || error.status !== 403) throw error;
        // It may not do this, or it has ended: only then would another one help.
        if (await isAlive(http, token)) throw error;
        if (lease?.token === token) lease = null;
        const next: Lease = lease ?? (await logIn());
        if (next.token === token) throw error;
        return http.ask(request, next.token);
      }
    },
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      if (lease === null || settings.VAULT_AUTH === 'token') return;
      const { token } = lease;
      lease = null;
      await http
        .ask({ method: 'POST', path: 'auth/token/revoke-self' }, token)
        .catch((error: unknown) => log.debug({ error }, 'The token for Vault could not be given back.'));
    },
  };
}

async function isAlive(http: VaultHttp, token: string): Promise<boolean> {
  try {
    await http.ask({ method: 'GET', path: 'auth/token/lookup-self' }, token);
    return true;
  } catch (error) {
    if (error instanceof VaultRefusal) return false;
    throw error;
  }
}

/** Null where it can be renewed no further: its longest life is near. */
async function renew(http: VaultHttp, { token, seconds, isRenewable }: Lease): Promise<Lease | null> {
  if (!isRenewable) return null;
  try {
    const { auth } = AUTH.parse(
      await http.ask({ method: 'POST', path: 'auth/token/renew-self', body: {} }, token),
    );
    if (auth.lease_duration < seconds * RENEWED_AFTER) return null;
    return { token: auth.client_token, seconds: auth.lease_duration, isRenewable: auth.renewable };
  } catch (error) {
    if (error instanceof VaultRefusal) return null;
    throw error;
  }
}

async function logInBy(options: VaultSessionOptions): Promise<Lease> {
  try {
    return options.settings.VAULT_AUTH === 'token' ? await byToken(options) : await byMethod(options);
  } catch (error) {
    if (!(error instanceof VaultRefusal)) throw error;
    const { VAULT_AUTH } = options.settings;
    throw new Problem(
      'UNAVAILABLE',
      `Vault does not take the login by ${VAULT_AUTH} (${error.message}). Check the settings TRELLIS_VAULT_….`,
      { cause: error },
    );
  }
}

async function byToken({ http, credential }: VaultSessionOptions): Promise<Lease> {
  const token = credential('VAULT_TOKEN') ?? lacks('TRELLIS_VAULT_TOKEN');
  const { data } = LOOK_UP.parse(await http.ask({ method: 'GET', path: 'auth/token/lookup-self' }, token));
  return { token, seconds: data.ttl, isRenewable: data.renewable };
}

async function byMethod(options: VaultSessionOptions): Promise<Lease> {
  const { VAULT_AUTH: method, VAULT_AUTH_MOUNT: mount = method } = options.settings;
  const body = method === 'approle' ? appRoleIn(options) : await podIn(options);
  const path = pathOf('auth', mount, 'login');
  const { auth } = AUTH.parse(await options.http.ask({ method: 'POST', path, body }, null));
  return { token: auth.client_token, seconds: auth.lease_duration, isRenewable: auth.renewable };
}

function appRoleIn({ settings, credential }: VaultSessionOptions) {
  const secretId = credential('VAULT_SECRET_ID');
  return {
    role_id: settings.VAULT_ROLE_ID ?? lacks('TRELLIS_VAULT_ROLE_ID'),
    ...(secretId === undefined ? {} : { secret_id: secretId }),
  };
}

/** Read at each login: Kubernetes gives pods another one every hour. */
async function podIn({ settings }: VaultSessionOptions) {
  const { VAULT_JWT_PATH: path, VAULT_ROLE: role = lacks('TRELLIS_VAULT_ROLE') } = settings;
  const jwt = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Problem(
      'BAD_INPUT',
      `The pod’s token in ${path} cannot be read (${cause.code}). Set TRELLIS_VAULT_JWT_PATH, or log in otherwise.`,
      { cause },
    );
  });
  return { role, jwt: jwt.trim() };
}

function lacks(name: string): never {
  throw new Problem('BAD_INPUT', `Vault is to be asked, and ${name} is not given.`);
}
