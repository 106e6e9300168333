/** From what a client sends to who it is: a token of ours, one of an issuer outside, or an API key. One place for every way in. */

import type { IncomingMessage } from 'node:http';
import type { ApiKeyLimits } from '../../model/api-key.ts';
import type { Principal } from '../../model/principal.ts';
import { looksLikeApiKey } from '../../platform/auth/api-key.ts';
import { OutsideTokenRefused } from '../../platform/auth/oidc/outside-principal.ts';
import type { OutsideTokens } from '../../platform/auth/oidc/outside-tokens.ts';
import {
  CLIENT_AUDIENCE,
  type TokenVerifier,
  type VerifiedToken,
} from '../../platform/auth/token-authority.ts';
import { isOutage, Problem, toProblem } from '../../platform/errors.ts';
import { KeyRefused, type KeyRing } from './key-ring.ts';
import type { Refusal, Refusals } from './refusals.ts';
import type { SessionRing } from './session-ring.ts';

export const NO_TOKEN =
  'The request has no token. Send "Authorization: Bearer <token>"; "npx trellis token" makes one in development.';

/** Who was recognised, until when. */
export interface Authenticated extends VerifiedToken {
  /** What the key may spend, where it says so. */
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
  readonly requestId?: string | undefined;
  readonly request?: IncomingMessage;
}

export interface Authenticator {
  /** Null where there are no credentials; UNAUTHENTICATED, saying what is wrong, for those that are not taken. */
  authenticate(credentials: Credentials): Promise<Authenticated | null>;
  /** As `authenticate`, where there have to be some. */
  identify(credentials: Credentials): Promise<Authenticated>;
  /** The credentials in the headers of a request. */
  credentialsOf(request: IncomingMessage, requestId?: string): Credentials;
}

export interface AuthenticatorOptions {
  readonly authority: TokenVerifier;
  /** Of issuers whose tokens are taken beside our own; null where there are none. */
  readonly outside: OutsideTokens | null;
  /** Null where no API keys are taken. */
  readonly keys: KeyRing | null;
  /** Null where nobody says which sessions still hold. */
  readonly sessions: SessionRing | null;
  readonly addressOf: (request: IncomingMessage) => string;
  /** Null where nobody keeps them. */
  readonly refusals: Refusals | null;
  /** The tenant of those who run the installation. */
  readonly operatorTenant: string;
  /** Takes from what an address may spend that shows nothing we take; rejects where that is used up. */
  readonly charge: (address: string) => Promise<unknown>;
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { authority, outside, keys, sessions, addressOf, refusals, operatorTenant, charge } = options;
  const recognise = async (credential: string): Promise<Authenticated> => {
    if (!looksLikeApiKey(credential)) {
      const fromOutside = await outside?.verifyUntil(credential);
      if (fromOutside) return fromOutside;
      const found = await authority.verifyUntil(credential, CLIENT_AUDIENCE);
      return sessions === null ? found : ofSession(sessions, found);
    }
    if (keys === null) throw new Problem('UNAUTHENTICATED', 'No API keys are taken here. Send a token.');
    return byKey(keys, credential);
  };
  /** What it is answered: that the credentials are none, or that the address has asked so too often. */
  const refuse = async (problem: Problem, { address, requestId, request }: Credentials): Promise<Problem> => {
    const note = (told: Problem): Problem => {
      const about = { address, action: 'authenticate', problem: told, requestId, request };
      refusals?.note({ ...ownerIn(problem), ...about });
      return told;
    };
    try {
      await charge(address);
      return note(problem);
    } catch (error) {
      const limited = toProblem(error);
      if (!isOutage(limited)) return note(limited);
      // The credentials were refused all the same; what is answered is that nobody could count it.
      note(problem);
      return limited;
    }
  };
  const authenticate: Authenticator['authenticate'] = async (credentials) => {
    const { authorization, apiKey, request } = credentials;
    try {
      const credential = credentialIn(authorization, apiKey);
      if (credential === null) return null;
      const found = await recognise(credential);
      const { address } = credentials;
      const isOperator = found.principal.tenant === operatorTenant;
      const principal = { ...found.principal, address, ...(isOperator ? { isOperator } : {}) };
      if (request !== undefined) refusals?.recognise(request, principal);
      return { ...found, principal };
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'UNAUTHENTICATED') throw error;
      throw await refuse(problem, credentials);
    }
  };
  return {
    authenticate,
    identify: async (credentials) => {
      const verified = await authenticate(credentials);
      if (verified !== null) return verified;
      throw await refuse(new Problem('UNAUTHENTICATED', NO_TOKEN), credentials);
    },
    credentialsOf: (request, requestId) => ({
      requestId,
      request,
      authorization: request.headers.authorization,
      apiKey: request.headers['x-api-key'],
      address: addressOf(request),
    }),
  };
}

function ownerIn(problem: Problem): Pick<Refusal, 'tenant' | 'actor' | 'apiKey'> {
  if (problem instanceof OutsideTokenRefused) return { actor: problem.actor };
  if (!(problem instanceof KeyRefused)) return {};
  return { tenant: problem.grant.tenant, apiKey: problem.grant.id };
}

async function ofSession(sessions: SessionRing, found: VerifiedToken): Promise<Authenticated> {
  const { principal } = found;
  if (principal.session === undefined) return found;
  await sessions.verify(principal);
  return { ...found, watch: (onEnd) => sessions.watch(principal, onEnd) };
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
