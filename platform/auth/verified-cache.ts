/** What was verified lately, so that a busy gateway does not check a signature for every call. */

import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PublicKeys } from './public-keys.ts';

const CACHED_TOKENS_MAX = 10_000;

export interface CacheTools {
  readonly seconds: () => number;
  readonly keys: Pick<PublicKeys, 'generation'>;
}

/** Clears what hangs on keys that may have been withdrawn. */
export function forgetWithKeys({ generation }: CacheTools['keys'], clear: () => void): () => Promise<void> {
  let known = 0;
  return async () => {
    const newest = await generation();
    if (newest !== known) clear();
    known = newest;
  };
}

/**
 * Only what was accepted is kept: under a hash, so that the cache's memory holds no client's token. Those that `isShort`
 * lived, between gateway and subgraphs, are compared with each call and kept as they are.
 */
export function cacheVerified<Verified extends { readonly expiresAt: number }>(
  verify: (token: string, audience: string) => Promise<Verified>,
  { seconds, keys }: CacheTools,
  isShort: (audience: string) => boolean = () => false,
): (token: string, audience: string) => Promise<Verified> {
  const verified = new LRUCache<string, { readonly token: Verified; readonly audience: string }>({
    max: CACHED_TOKENS_MAX,
  });
  const forget = forgetWithKeys(keys, () => verified.clear());
  return async (token, audience) => {
    await forget();
    const cacheKey = isShort(audience) ? token : hash('sha256', `${audience}\n${token}`, 'base64');
    const cached = verified.get(cacheKey);
    if (cached?.audience === audience && cached.token.expiresAt > seconds()) return cached.token;
    verified.delete(cacheKey);
    const fresh = await verify(token, audience);
    verified.set(cacheKey, { token: fresh, audience });
    return fresh;
  };
}
