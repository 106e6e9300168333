/** One token: how a principal becomes a signed text, and what must hold before a text becomes a principal. */

import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import {
  BOUND_COLLECTIONS_MAX,
  isScope,
  isTenant,
  type Principal,
  type Scope,
} from '../../model/principal.ts';
import { Problem } from '../errors.ts';
import type { PublicKeys } from './public-keys.ts';
import { ALGORITHMS, type SigningKey } from './signing-keys/key-pair.ts';
import { TOKEN_MS_MAX } from './signing-keys/life-cycle.ts';

export const ISSUER = 'trellis';
/** Audience of the tokens that clients send. */
export const CLIENT_AUDIENCE = 'trellis';

/** The longest life of a token between gateway and subgraph, in seconds. */
export const SUBGRAPH_TOKEN_SECONDS = 60;
/** Clocks may differ by this much, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Longer texts are not tokens of ours, in characters. */
const TOKEN_CHARS_MAX = 8_192;

/** Audience of the tokens that a subgraph believes. */
export function subgraphAudience(subgraph: string): string {
  return `${CLIENT_AUDIENCE}:${subgraph}`;
}

export interface TokenRequest {
  readonly principal: Principal;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

export interface VerifiedToken {
  readonly principal: Principal;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** `now` is in seconds since the epoch. Rejects with BAD_INPUT what {@link verifyToken} would refuse. */
export async function signToken(
  key: SigningKey,
  { principal, audience, lifetimeSeconds }: TokenRequest,
  now: number,
): Promise<string> {
  if (!isTenant(principal.tenant)) throw new Problem('BAD_INPUT', `The tenant ${TENANT_RULE}.`);
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1)
    throw new Problem('BAD_INPUT', 'A token lives for a whole number of seconds, from 1 on.');
  if (lifetimeSeconds * 1_000 > TOKEN_MS_MAX)
    throw new Problem('BAD_INPUT', `A token lives for ${TOKEN_MS_MAX / 86_400_000} days at most.`);
  return new SignJWT(claimsOf(principal, audience))
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(principal.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(key.privateKey);
}

/** A client's token says who and what; how the request came in is said between gateway and subgraph alone. */
function claimsOf({ tenant, scopes, collections, session: sid, ...who }: Principal, audience: string) {
  const { apiKey, issuer, address, isOperator: operator, isGateway: gateway, isAnonymous: anonymous } = who;
  const way = { api_key: apiKey, issuer, address, operator, gateway, anonymous };
  return { tenant, scope: scopes.join(' '), collections, sid, ...(audience === CLIENT_AUDIENCE ? {} : way) };
}

/** Rejects with UNAUTHENTICATED and the reason; the token itself is never told. */
export async function verifyToken(
  token: string,
  { audience, now, keyOf }: Verification,
): Promise<VerifiedToken> {
  if (token === '') throw refuse('is missing');
  if (token.length > TOKEN_CHARS_MAX) throw refuse(`is longer than ${TOKEN_CHARS_MAX} characters`);
  try {
    const { payload } = await jwtVerify(token, (header) => publicKeyFor(header, keyOf), {
      algorithms: [...ALGORITHMS],
      issuer: ISSUER,
      audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now * 1_000),
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    const { iat = 0, exp = 0 } = payload;
    refuseOddTimes(iat, exp, now, audience);
    const way = audience === CLIENT_AUDIENCE ? {} : readWay(payload);
    return { principal: Object.freeze({ ...readPrincipal(payload), ...way }), expiresAt: exp };
  } catch (error) {
    throw error instanceof Problem ? error : refuse(reasonFor(error, audience, now), error);
  }
}

interface Verification {
  readonly audience: string;
  /** Seconds since the epoch. */
  readonly now: number;
  /** The key of this thumbprint, where it is one of ours. */
  readonly keyOf: PublicKeys['keyOf'];
}

async function publicKeyFor({ kid = '', alg }: JWTHeaderParameters, keyOf: Verification['keyOf']) {
  const key = await keyOf(kid, alg);
  if (key === undefined) throw refuse('is signed with a key that is not ours');
  return key;
}

function refuseOddTimes(iat: number, exp: number, now: number, audience: string): void {
  if (iat > now + CLOCK_TOLERANCE_SECONDS) throw refuse('was issued in the future; compare the clocks');
  if (audience !== CLIENT_AUDIENCE && exp - iat > SUBGRAPH_TOKEN_SECONDS)
    throw refuse(`lives longer than the ${SUBGRAPH_TOKEN_SECONDS} s that a subgraph allows`);
}

const TENANT_RULE = 'is 1 to 128 characters without spaces and control characters';

/** A scope that this version does not know grants nothing. */
function readPrincipal({ sub = '', tenant, scope, collections, sid }: JWTPayload): Principal {
  if (sub === '') throw refuse('names no subject');
  if (typeof tenant !== 'string') throw refuse('names no tenant');
  if (!isTenant(tenant)) throw refuse(`names a tenant that cannot be one: it ${TENANT_RULE}`);
  if (typeof scope !== 'string') throw refuse('names no scopes');
  const scopes = scope.split(' ').filter((text): text is Scope => isScope(text));
  if (sid !== undefined && typeof sid !== 'string') throw refuse('names a session that cannot be read');
  const session = sid === undefined ? {} : { session: sid };
  const own = { subject: sub, tenant, scopes: Object.freeze(scopes), ...session };
  return collections === undefined ? own : { ...own, collections: readCollections(collections) };
}

/** Never left out where it cannot be read: without it the token would open every collection. */
function readCollections(given: unknown): readonly string[] {
  if (!Array.isArray(given) || !given.every((id) => typeof id === 'string'))
    throw refuse('is bound to collections that cannot be read');
  if (given.length > BOUND_COLLECTIONS_MAX)
    throw refuse(`is bound to more than ${BOUND_COLLECTIONS_MAX} collections`);
  return Object.freeze([...given]);
}

/** How a request came to the gateway, which only a gateway says. */
function readWay({ api_key: apiKey, issuer, address, ...who }: JWTPayload): Partial<Principal> {
  const { operator, gateway, anonymous } = who;
  return {
    ...(typeof apiKey === 'string' ? { apiKey } : {}),
    ...(typeof issuer === 'string' ? { issuer } : {}),
    ...(typeof address === 'string' ? { address } : {}),
    ...(operator === true ? { isOperator: true } : {}),
    ...(gateway === true ? { isGateway: true } : {}),
    ...(anonymous === true ? { isAnonymous: true } : {}),
  };
}

function reasonFor(error: unknown, audience: string, now: number): string {
  if (error instanceof errors.JWTExpired) {
    const expiredAt = error.payload.exp ?? now;
    return `expired at ${new Date(expiredAt * 1_000).toISOString()}, ${now - expiredAt} s ago`;
  }
  if (error instanceof errors.JWTClaimValidationFailed) return reasonForClaim(error, audience);
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'has a signature that does not fit it';
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `is signed by an algorithm that is not allowed; use ${ALGORITHMS.join(' or ')}`;
  return 'is malformed: it is not a signed JWT in three parts';
}

function reasonForClaim({ claim, reason }: errors.JWTClaimValidationFailed, audience: string): string {
  if (reason === 'missing') return `lacks the claim "${claim}"`;
  if (claim === 'aud') return `is for another audience; here it must be "${audience}"`;
  if (claim === 'iss') return `is from another issuer; here it must be "${ISSUER}"`;
  if (claim === 'nbf') return 'is not valid yet; compare the clocks';
  return `has a claim "${claim}" that is not valid`;
}

function refuse(reason: string, cause?: unknown): Problem {
  const detail = `The bearer token ${reason}. Get a new one: "npx trellis token" in development.`;
  return new Problem('UNAUTHENTICATED', detail, cause === undefined ? {} : { cause });
}
