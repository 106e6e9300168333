/** From what a client sends to who it is: a signed token, or an API key. One place for every way in. */

import type { IncomingMessage } from 'node:http';
import type { ApiKeyLimits } from '../../model/api-key.ts';
import type { Principal } from '../../model/principal.ts';
import { looksLikeApiKey } from '../../platform/auth/api-key.ts';
import {
  CLIENT_AUDIENCE,
  type TokenVerifier,
  type VerifiedToken,
} from '../../platform/auth/token-authority.ts';
import { Problem } from '../../platform/errors.ts';
import type { KeyRing } from './key-ring.ts';

export const NO_TOKEN =
  'The request has no token. Send "Authorization: Bearer <token>"; "npx trellis token" makes one in development.';

/** Who was recognised, until when. */
export interface Authenticated extends VerifiedToken {
  /** What the credentials may spend, where they say so. */
  readonly limits?: ApiKeyLimits;
  /** Calls `onEnd` when the credentials are taken back; gives what stops watching. Absent for what nobody takes back. */
  watch?(onEnd: () => void): () => void;
}

/** What a request holds of who sends it. */
export interface Credentials {
  readonly authorization: unknown;
  readonly apiKey: unknown;
  /** Where it came from. */
  readonly address: string;
}

export interface Authenticator {
  /** Null where there are no credentials; UNAUTHENTICATED, saying what is wrong, for those that are not taken. */
  authenticate(credentials: Credentials): Promise<Authenticated | null>;
  /** The credentials in the headers of a request. */
  credentialsOf(request: IncomingMessage): Credentials;
}

export interface AuthenticatorOptions {
  readonly authority: TokenVerifier;
  /** Null where no API keys are taken. */
  readonly keys: KeyRing | null;
  readonly addressOf: (request: IncomingMessage) => string;
}

export function createAuthenticator({ authority, keys, addressOf }: AuthenticatorOptions): Authenticator {
  const recognise = async (credential: string): Promise<Authenticated> => {
    if (!looksLikeApiKey(credential)) return authority.verifyUntil(credential, CLIENT_AUDIENCE);
    if (keys === null) throw new Problem('UNAUTHENTICATED', 'No API keys are taken here. Send a token.');
    return byKey(keys, credential);
  };
  return {
    authenticate: async ({ authorization, apiKey, address }) => {
      const credential = credentialIn(authorization, apiKey);
      if (credential === null) return null;
      const found = await recognise(credential);
      return { ...found, principal: { ...found.principal, address } };
    },
    credentialsOf: (request) => ({
      authorization: request.headers.authorization,
      apiKey: request.headers['x-api-key'],
      address: addressOf(request),
    }),
  };
}

async function byKey(keys: KeyRing, text: string): Promise<Authenticated> {
  const { id, tenant, scopes, collections, limits, expiresAt } = await keys.verify(text);
  const principal: Principal = {
    subject: `key:${id}`,
    tenant,
    scopes,
    ...(collections === null ? {} : { collections }),
    apiKey: id,
  };
  return {
    principal,
    expiresAt: expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) / 1_000,
    limits,
    watch: (onEnd) => keys.watch(text, onEnd),
  };
}

function credentialIn(authorization: unknown, apiKey: unknown): string | null {
  const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '';
  if (isGiven(authorization) && isGiven(apiKey))
    throw new Problem(
      'UNAUTHENTICATED',
      'There is an API key beside the Authorization header. Send one of the two.',
    );
  if (isGiven(apiKey)) {
    if (typeof apiKey === 'string' && looksLikeApiKey(apiKey)) return apiKey;
    throw new Problem('UNAUTHENTICATED', 'What was sent as an API key is none: keys begin with "trk_".');
  }
  if (!isGiven(authorization)) return null;
  const token = typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization)?.[1] : undefined;
  if (token !== undefined) return token;
  throw new Problem('UNAUTHENTICATED', 'The Authorization header is not "Bearer <token>".');
}
