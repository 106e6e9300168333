/**
 * The signing keys at hand: read from the folder that those who sign share, and followed as others change them.
 * Changes are made on disk first; every process of the folder knows them within a second.
 */

import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { invariant, Problem } from '../../errors.ts';
import { type PublicKeys, publishKeys } from '../public-keys.ts';
import { readSecret } from '../secret-file.ts';
import {
  type Algorithm,
  type KeptPair,
  keptPair,
  makePair,
  publicJwk,
  type SigningKey,
  toSigningKey,
} from './key-pair.ts';
import { newRing, type Ring, revoke, rotate, theOne, tidy } from './life-cycle.ts';
import { addRing, newestVersion, type RingVersion, readRing } from './ring-file.ts';

/** How often the folder is looked at for a newer version, in ms. */
const LOOK_EVERY_MS = 1_000;
const CHANGE_TRIES = 20;
/** Where there was one key for good, its name. */
const SINGLE_KEY_FILE = 'signing-key.json';

export interface SigningKeys extends PublicKeys {
  /** Reads the keys and publishes their public halves. Rejects with CONFLICT when they are not safe to use. */
  open(options?: {
    /** Whether keys are made where there are none: by those who sign. Otherwise that is UNAVAILABLE. */
    readonly make: boolean;
  }): Promise<void>;
  /** The one that signs. */
  current(): Promise<SigningKey>;
  /** All that are known, as they are on disk now. */
  list(): Promise<Ring>;
  /** Public keys of all that may have signed a token that still counts, or soon will. */
  jwks(): { readonly keys: readonly JWK[] };
  /**
   * The standby signs from now on; not where `from` names a key that signs no more. Rejects with CONFLICT where the
   * standby was made a moment ago.
   */
  rotate(from?: string): Promise<Ring>;
  /** Rotates when the current key has signed for this long, in ms. Gives whether it did. */
  rotateWhenOlder(ageMs: number): Promise<boolean>;
  /** Ends a key and all tokens that it signed. Rejects with NOT_FOUND. */
  revoke(kid: string): Promise<Ring>;
}

export interface SigningKeysOptions {
  readonly directory: string;
  /** What new keys are made for. */
  readonly algorithm?: Algorithm;
  /** In ms since the epoch. */
  readonly now?: () => number;
}

interface Loaded extends RingVersion {
  readonly signing: SigningKey;
  readonly publicKeys: ReadonlyMap<string, { readonly algorithm: Algorithm; readonly key: CryptoKey }>;
  readonly jwks: { readonly keys: readonly JWK[] };
}

export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { directory, algorithm = 'ES256', now = Date.now } = options;
  let loaded: Loaded | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;

  const opened = (): Loaded => {
    invariant(loaded, 'the signing keys are used before they are opened');
    return loaded;
  };
  const take = async (newest: RingVersion): Promise<void> => {
    if (loaded !== null && newest.version <= loaded.version) return;
    loaded = await load(newest).catch((cause: unknown) => damaged(directory, cause));
    await publishKeys(directory, { keys: [...loaded.jwks.keys] });
  };
  const look = async (): Promise<void> => {
    lookedAt = now();
    if ((await newestVersion(directory)) <= opened().version) return;
    const newest = await readRing(directory);
    if (newest !== null) await take(newest);
  };
  /** Where the folder cannot be read for a while, what is known goes on. */
  const follow = async (): Promise<Loaded> => {
    if (now() - lookedAt >= LOOK_EVERY_MS) {
      looking ??= look()
        .catch(() => undefined)
        .finally(() => {
          looking = null;
        });
      await looking;
    }
    return opened();
  };
  const change = async (step: (ring: Ring) => Promise<Ring>): Promise<Ring> => {
    for (let attempt = 0; attempt < CHANGE_TRIES; attempt++) {
      const newest = (await readRing(directory)) ?? missing(directory);
      const ring = tidy(await step(newest.ring), now());
      if (ring === newest.ring) return ring;
      if (!(await addRing(directory, newest.version, ring))) continue;
      await take({ version: newest.version + 1, ring });
      return ring;
    }
    throw new Problem('CONFLICT', 'Others change the signing keys at this moment. Try again.', {
      retryAfterMs: LOOK_EVERY_MS,
    });
  };

  return {
    open: async ({ make } = { make: true }) => {
      const found = await readRing(directory);
      if (found === null && !make) return missing(directory);
      await take(found ?? (await firstRing(directory, algorithm, now())));
    },
    current: async () => (await follow()).signing,
    list: async () => ((await readRing(directory)) ?? missing(directory)).ring,
    jwks: () => opened().jwks,
    keyOf: async (kid, alg) => {
      const found = (await follow()).publicKeys.get(kid);
      return found?.algorithm === alg ? found.key : undefined;
    },
    generation: async () => (await follow()).version,
    rotate: (from) =>
      change(async (ring) => {
        if (from !== undefined && theOne(ring, 'CURRENT').kid !== from) return ring;
        return rotate(ring, await makePair(algorithm), now());
      }),
    rotateWhenOlder: async (ageMs) => {
      let due = false;
      await change(async (ring) => {
        due = now() - (theOne(ring, 'CURRENT').currentAt ?? 0) >= ageMs;
        return due ? rotate(ring, await makePair(algorithm), now()) : ring;
      });
      return due;
    },
    revoke: (kid) => change(async (ring) => revoke(ring, kid, await makePair(algorithm), now())),
  };
}

/** The first ring of a folder, whoever makes it; a key that was there alone goes on as the current one. */
async function firstRing(directory: string, algorithm: Algorithm, now: number): Promise<RingVersion> {
  const single = await readSecret({ directory, name: SINGLE_KEY_FILE, what: 'signing key' });
  const current = single === null ? await makePair(algorithm) : await readSingle(single, directory);
  await addRing(directory, 0, newRing(current, await makePair(algorithm), now));
  if (single !== null) await unlink(join(directory, SINGLE_KEY_FILE)).catch(() => undefined);
  return (await readRing(directory)) ?? missing(directory);
}

async function readSingle(text: string, directory: string): Promise<KeptPair> {
  try {
    const pair = await keptPair(JSON.parse(text) as JWK);
    await toSigningKey(pair);
    return pair;
  } catch (cause) {
    throw new Problem(
      'CONFLICT',
      `The signing key in ${join(directory, SINGLE_KEY_FILE)} cannot be read. Restore it, or delete it to make a new one: tokens signed with it end then.`,
      { cause },
    );
  }
}

async function load({ version, ring }: RingVersion): Promise<Loaded> {
  const pairs = ring.flatMap(({ pair }) => pair ?? []);
  const publicKeys = await Promise.all(
    pairs.map(async (pair) => {
      const key = (await importJWK(publicJwk(pair), pair.algorithm)) as CryptoKey;
      return [pair.kid, { algorithm: pair.algorithm, key }] as const;
    }),
  );
  return {
    version,
    ring,
    signing: await toSigningKey(theOne(ring, 'CURRENT').pair),
    publicKeys: new Map(publicKeys),
    jwks: { keys: pairs.map(publicJwk) },
  };
}

function damaged(directory: string, cause: unknown): never {
  throw new Problem(
    'CONFLICT',
    `The signing keys in ${directory} cannot be read: one of them is no key pair. Restore the files signing-keys.*, or delete them to make new keys: tokens signed with the old ones end then.`,
    { cause },
  );
}

function missing(directory: string): never {
  throw new Problem(
    'UNAVAILABLE',
    `There are no signing keys in ${directory}. Name the folder that the gateways share in TRELLIS_KEYS_DIR.`,
  );
}
