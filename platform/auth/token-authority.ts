/**
 * Tokens: who signs them, and what a valid one says. A client's token names the audience `trellis`; between
 * gateway and subgraphs a short-lived one travels whose audience is that subgraph alone. Both ways are cached,
 * so that a busy gateway neither signs nor checks a signature for every call.
 */

import type { JWK } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../model/principal.ts';
import type { PublicKeys } from './public-keys.ts';
import {
  CLIENT_AUDIENCE,
  SUBGRAPH_TOKEN_SECONDS,
  signToken,
  subgraphAudience,
  type TokenRequest,
  type VerifiedToken,
  verifyToken,
} from './signed-token.ts';
import { createSigningKeys, type SigningKeysOptions } from './signing-keys/signing-keys.ts';
import { type CacheTools, cacheVerified, forgetWithKeys } from './verified-cache.ts';

export {
  CLIENT_AUDIENCE,
  ISSUER,
  subgraphAudience,
  type TokenRequest,
  type VerifiedToken,
} from './signed-token.ts';

/** A cached subgraph token is used while it has this much life left, in seconds. */
const SUBGRAPH_TOKEN_REUSE_SECONDS = 20;
const CACHED_TOKENS_MAX = 10_000;

/** Who says what a token is worth. It needs public keys only, so a subgraph's process has no more than this. */
export interface TokenVerifier {
  /** The principal of a valid token; UNAUTHENTICATED, saying what is wrong with it, for any other. */
  verify(token: string, audience: string): Promise<Principal>;
  /** As `verify`, with the second at which the token ends: for what outlives a request. */
  verifyUntil(token: string, audience: string): Promise<VerifiedToken>;
}

export interface TokenAuthority extends TokenVerifier {
  /**
   * Opens the signing keys, making them at first start, and publishes their public halves in the same folder. Rejects
   * with CONFLICT when they are not safe to use.
   */
  open(): Promise<void>;
  issue(token: TokenRequest): Promise<string>;
  /** A token for one subgraph, valid for 20 to 60 s; the same one is given again while it lasts. */
  issueFor(principal: Principal, subgraph: string): Promise<string>;
  /** The public keys (RFC 7517). */
  jwks(): { readonly keys: readonly JWK[] };
}

/** Signs with the keys in `directory`, or with `keys` where they are at hand already. `now` is in ms since the epoch. */
export function createTokenAuthority(
  options: SigningKeysOptions,
  keys = createSigningKeys(options),
): TokenAuthority {
  const seconds = () => Math.floor((options.now ?? Date.now)() / 1_000);
  const issue = async (request: TokenRequest) => signToken(await keys.current(), request, seconds());
  return {
    ...createTokenVerifier({ ...options, keys }),
    open: () => keys.open(),
    issue,
    issueFor: cacheIssued(issue, { seconds, keys }),
    jwks: () => keys.jwks(),
  };
}

/** Verifies by public keys alone. `now` is in ms since the epoch. */
export function createTokenVerifier(options: {
  readonly keys: PublicKeys;
  readonly now?: () => number;
}): TokenVerifier {
  const seconds = () => Math.floor((options.now ?? Date.now)() / 1_000);
  const { keys } = options;
  const verifyUntil = cacheVerified(
    (token, audience) => verifyToken(token, { audience, now: seconds(), keyOf: keys.keyOf }),
    { seconds, keys },
    (audience) => audience !== CLIENT_AUDIENCE,
  );
  return {
    verify: async (token, audience) => (await verifyUntil(token, audience)).principal,
    verifyUntil,
  };
}

/** Everything that the token says is part of the cache's key, so that no principal gets another one's. */
function cacheIssued(
  issue: TokenAuthority['issue'],
  { seconds, keys }: CacheTools,
): TokenAuthority['issueFor'] {
  const issued = new LRUCache<string, { readonly token: string; readonly expiresAt: number }>({
    max: CACHED_TOKENS_MAX,
  });
  const forget = forgetWithKeys(keys, () => issued.clear());
  return async (principal, subgraph) => {
    await forget();
    const cacheKey = `${subgraph} ${whoIs(principal)}`;
    const cached = issued.get(cacheKey);
    if (cached !== undefined && cached.expiresAt - seconds() >= SUBGRAPH_TOKEN_REUSE_SECONDS) {
      return cached.token;
    }
    const expiresAt = seconds() + SUBGRAPH_TOKEN_SECONDS;
    const audience = subgraphAudience(subgraph);
    const token = await issue({ principal, audience, lifetimeSeconds: SUBGRAPH_TOKEN_SECONDS });
    issued.set(cacheKey, { token, expiresAt });
    return token;
  };
}

/** Everything that a token says of a principal. An operation asks several subgraphs for the same one. */
const principalTexts = new WeakMap<Principal, string>();
function whoIs(principal: Principal): string {
  const known = principalTexts.get(principal);
  if (known !== undefined) return known;
  const { tenant, subject, scopes, collections, session, apiKey, issuer, address, ...who } = principal;
  const text = JSON.stringify([
    [tenant, subject, scopes, collections, session, apiKey, issuer, address],
    [who.isOperator, who.isGateway, who.isAnonymous],
  ]);
  principalTexts.set(principal, text);
  return text;
}
