/**
 * Public keys of signatures, for processes that only verify: published by the gateways in the folder of keys and at
 * `/.well-known/jwks.json`. Whoever has no more than these can sign nothing.
 */

import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
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
import { syncDirectory } from '../sync-directory.ts';
import { ALGORITHM } from './signing-key.ts';

export interface PublicKeys {
  /** The key of this thumbprint, where it is one of ours. Rejects with UNAVAILABLE when keys cannot be had. */
  keyOf(kid: string): Promise<CryptoKey | undefined>;
}

const FILE = 'public-keys.json';
/** How long fetched keys are used before they are fetched again, in ms. */
const KEPT_MS = 600_000;
/** How soon an unknown thumbprint may have the keys fetched again, in ms: a forger must not make us ask for each. */
const COOLDOWN_MS = 10_000;
/** The same for a file, which costs less to read. */
const FILE_COOLDOWN_MS = 1_000;
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
    keyOf: (kid) => find(keys, kid, `The public keys cannot be fetched from ${url}. Start a gateway there.`),
  };
}

/** Keys that a gateway published in this folder. Read when a token first needs them, and for one that is unknown. */
export function publishedKeys(directory: string, now: () => number = Date.now): PublicKeys {
  const path = join(directory, FILE);
  let keys: JWTVerifyGetKey | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  const lacking = `There are no public keys in ${path}. Start a gateway that has this folder, or set TRELLIS_JWKS_URL.`;
  return {
    keyOf: async (kid) => {
      const known = keys === null ? undefined : await find(keys, kid, lacking);
      if (known !== undefined || (keys !== null && now() - readAt < FILE_COOLDOWN_MS)) return known;
      readAt = now();
      keys = await readKeys(path, lacking);
      return find(keys, kid, lacking);
    },
  };
}

/** Makes the public keys known to whoever shares the folder. Readers see the old file or the new one, whole. */
export async function publishKeys(directory: string, keys: JSONWebKeySet): Promise<void> {
  const path = join(directory, FILE);
  const text = JSON.stringify(keys);
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncDirectory(directory);
}

async function readKeys(path: string, lacking: string): Promise<JWTVerifyGetKey> {
  try {
    return createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet);
  } catch (cause) {
    throw unavailable(lacking, cause);
  }
}

async function find(keys: JWTVerifyGetKey, kid: string, lacking: string): Promise<CryptoKey | undefined> {
  try {
    const key = await keys({ alg: ALGORITHM, kid }, { payload: '', signature: '' });
    return key instanceof Uint8Array ? undefined : (key as CryptoKey);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    throw unavailable(lacking, error);
  }
}

function unavailable(detail: string, cause: unknown): Problem {
  return new Problem('UNAVAILABLE', detail, { cause, retryAfterMs: RETRY_AFTER_MS });
}
