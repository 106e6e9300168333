/**
 * Tokens: who signs them, and what a valid one says. A client's token names the audience `trellis`; between
 * gateway and subgraphs a short-lived one travels whose audience is that subgraph alone.
 */

import { createHash } from 'node:crypto';
import { errors, type JWK, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { isScope, type Principal, type Scope } from '../../model/principal.ts';
import { invariant, Problem } from '../errors.ts';
import { ALGORITHM, openSigningKey, type SigningKey } from './signing-key.ts';

export const ISSUER = 'trellis';
/** Audience of the tokens that clients send. */
export const CLIENT_AUDIENCE = 'trellis';

/** Life of a token between gateway and subgraph, in seconds. */
const SUBGRAPH_TOKEN_SECONDS = 60;
/** A cached subgraph token is used while it has this much life left, in seconds. */
const SUBGRAPH_TOKEN_REUSE_SECONDS = 20;
/** Clocks may differ by this much, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;
const CACHED_TOKENS_MAX = 10_000;
/** Longer texts are not tokens of ours, in characters. */
const TOKEN_CHARS_MAX = 8_192;

/** Audience of the tokens that a subgraph believes. */
export function subgraphAudience(subgraph: string): string {
  return `${CLIENT_AUDIENCE}:${subgraph}`;
}

export interface TokenAuthority {
  /** Opens the signing key, making one at first start. */
  open(): Promise<void>;
  issue(token: TokenRequest): Promise<string>;
  /** A token for one subgraph, valid for 20 to 60 s; the same one is given again while it lasts. */
  issueFor(principal: Principal, subgraph: string): Promise<string>;
  /** The principal of a valid token; UNAUTHENTICATED, saying what is wrong with it, for any other. */
  verify(token: string, audience: string): Promise<Principal>;
  /** The public keys (RFC 7517). */
  jwks(): { readonly keys: readonly JWK[] };
}

export interface TokenRequest {
  readonly principal: Principal;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

interface Timed<Value> {
  readonly value: Value;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** Signs with the key in `directory`. `now` is in ms since the epoch. */
export function createTokenAuthority(options: {
  readonly directory: string;
  readonly now?: () => number;
}): TokenAuthority {
  const seconds = () => Math.floor((options.now ?? Date.now)() / 1_000);
  const verified = new LRUCache<string, Timed<Principal>>({ max: CACHED_TOKENS_MAX });
  const issued = new LRUCache<string, Timed<Promise<string>>>({ max: CACHED_TOKENS_MAX });
  let opened: SigningKey | null = null;
  const key = (): SigningKey => {
    invariant(opened, 'the token authority is used before it is opened');
    return opened;
  };

  const issue = (request: TokenRequest) => sign(key(), request, seconds());

  return {
    open: async () => {
      opened = await openSigningKey(options.directory);
    },
    issue,
    issueFor: (principal, subgraph) => {
      const cacheKey = JSON.stringify([principal.tenant, principal.subject, principal.scopes, subgraph]);
      const cached = issued.get(cacheKey);
      if (cached !== undefined && cached.expiresAt - seconds() >= SUBGRAPH_TOKEN_REUSE_SECONDS)
        return cached.value;
      const value = issue({
        principal,
        audience: subgraphAudience(subgraph),
        lifetimeSeconds: SUBGRAPH_TOKEN_SECONDS,
      });
      issued.set(cacheKey, { value, expiresAt: seconds() + SUBGRAPH_TOKEN_SECONDS });
      return value;
    },
    verify: async (token, audience) => {
      const cacheKey = createHash('sha256').update(`${audience}\n${token}`).digest('base64');
      const cached = verified.get(cacheKey);
      if (cached !== undefined && cached.expiresAt > seconds()) return cached.value;
      const fresh = await verifySignature(token, audience, key(), seconds());
      verified.set(cacheKey, fresh);
      return fresh.value;
    },
    jwks: () => ({ keys: [key().publicJwk] }),
  };
}

function sign(
  key: SigningKey,
  { principal, audience, lifetimeSeconds }: TokenRequest,
  now: number,
): Promise<string> {
  return new SignJWT({ tenant: principal.tenant, scope: principal.scopes.join(' ') })
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(principal.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(key.privateKey);
}

async function verifySignature(
  token: string,
  audience: string,
  key: SigningKey,
  now: number,
): Promise<Timed<Principal>> {
  if (token.length > TOKEN_CHARS_MAX) throw refuse(`is longer than ${TOKEN_CHARS_MAX} characters`);
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key.publicKey, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now * 1_000),
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    if (protectedHeader.kid !== key.kid) throw refuse('is signed by another key');
    const { sub = '', tenant, scope, exp = 0 } = payload;
    return { value: readPrincipal(sub, tenant, scope), expiresAt: exp };
  } catch (error) {
    throw error instanceof Problem ? error : refuse(reasonFor(error), error);
  }
}

function readPrincipal(subject: string, tenant: unknown, scope: unknown): Principal {
  if (typeof tenant !== 'string' || tenant === '') throw refuse('names no tenant');
  if (typeof scope !== 'string') throw refuse('names no scopes');
  const scopes = scope.split(' ').filter((text): text is Scope => isScope(text));
  return { subject, tenant, scopes };
}

function reasonFor(error: unknown): string {
  if (error instanceof errors.JWTExpired) {
    return `expired at ${new Date((error.payload.exp ?? 0) * 1_000).toISOString()}`;
  }
  if (error instanceof errors.JWTClaimValidationFailed)
    return `has a claim "${error.claim}" that is not for here`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'has a signature that is not ours';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'is signed by an algorithm that is not allowed';
  return 'is not a token';
}

function refuse(reason: string, cause?: unknown): Problem {
  return new Problem(
    'UNAUTHENTICATED',
    `The bearer token ${reason}. Get a new one: "npx trellis token" in development.`,
    {
      cause,
    },
  );
}
