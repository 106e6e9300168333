/**
 * Public keys of signatures, for processes that only verify: published by the gateways in the folder of keys and at
 * `/.well-known/jwks.json`. Whoever has no more than these can sign nothing.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CryptoKey,
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { Problem } from '../errors.ts';
import { replaceFile } from '../replace-file.ts';

export interface PublicKeys {
  /** The key of this thumbprint and algorithm, where it is one of ours. Rejects with UNAVAILABLE when keys cannot be had. */
  keyOf(kid: string, alg: string): Promise<CryptoKey | undefined>;
  /** Another number once keys may have been withdrawn: what was verified before must be verified anew. */
  generation(): Promise<number>;
}

const FILE = 'public-keys.json';
/** How long fetched keys are used before they are fetched again, in ms: so long a revoked one counts for us. */
const KEPT_MS = 60_000;
/** How soon an unknown thumbprint may have the keys fetched again, in ms: a forger must not make us ask for each. */
const COOLDOWN_MS = 1_000;
const FETCH_MS = 2_000;
/** How soon to try again when keys cannot be had, in ms. */
const RETRY_AFTER_MS = 1_000;

/** Keys of a JWKS address (RFC 7517), fetched when a token first needs them, then kept. */
export function fetchedKeys(url: string): PublicKeys {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEPT_MS,
  });
  return {
    keyOf: (kid, alg) =>
      find(keys, { kid, alg }, `The public keys cannot be fetched from ${url}. Start a gateway there.`),
    // What subgraphs verify lives for a minute at most, no longer than keys are kept here.
    generation: async () => 0,
  };
}

/** Keys that a gateway published in this folder, looked at once a second while tokens come. */
export function publishedKeys(directory: string, now: () => number = Date.now): PublicKeys {
  const path = join(directory, FILE);
  const lacking = `There are no public keys in ${path}. Start a gateway that has this folder, or set TRELLIS_JWKS_URL.`;
  let known: { readonly text: string; readonly keys: JWTVerifyGetKey } | null = null;
  let generation = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  const follow = async (): Promise<JWTVerifyGetKey> => {
    if (known !== null && now() - readAt < COOLDOWN_MS) return known.keys;
    readAt = now();
    try {
      const text = await readFile(path, 'utf8');
      if (text !== known?.text) {
        known = { text, keys: createLocalJWKSet(JSON.parse(text) as JSONWebKeySet) };
        generation++;
      }
    } catch (cause) {
      // Keys once read are used on while the folder is away.
      if (known === null) throw unavailable(lacking, cause);
    }
    return known.keys;
  };
  return {
    keyOf: async (kid, alg) => find(await follow(), { kid, alg }, lacking),
    generation: async () => {
      await follow().catch(() => undefined);
      return generation;
    },
  };
}

/** Makes the public keys known to whoever shares the folder. Readers see the old file or the new one, whole. */
export async function publishKeys(directory: string, keys: JSONWebKeySet): Promise<void> {
  const path = join(directory, FILE);
  const text = JSON.stringify(keys);
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await replaceFile(path, text);
}

async function find(
  keys: JWTVerifyGetKey,
  { kid, alg }: { readonly kid: string; readonly alg: string },
  lacking: string,
): Promise<CryptoKey | undefined> {
  try {
    const key = await keys({ alg, kid }, { payload: '', signature: '' });
    return key instanceof Uint8Array ? undefined : (key as CryptoKey);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported)
      return undefined;
    throw unavailable(lacking, error);
  }
}

function unavailable(detail: string, cause: unknown): Problem {
  return new Problem('UNAVAILABLE', detail, { cause, retryAfterMs: RETRY_AFTER_MS });
}
