/**
 * The life of signing keys, as pure steps: a key is published as `STANDBY` before it signs, signs as `CURRENT`, and
 * stays published as `PREVIOUS` until the last token that it signed has expired. `REVOKED` ends it at once, at any
 * stage. There is always one current key and one standby, so that a rotation has nobody wait.
 */

import { Problem } from '../../errors.ts';
import type { KeptPair } from './key-pair.ts';

export type KeyState = 'STANDBY' | 'CURRENT' | 'PREVIOUS' | 'REVOKED';

/** Times are in ms since the epoch. */
export interface RingKey {
  readonly kid: string;
  readonly algorithm: KeptPair['algorithm'];
  readonly state: KeyState;
  readonly createdAt: number;
  /** Since when it signs, or has signed. */
  readonly currentAt: number | null;
  /** When a previous key, or the note of a revoked one, is let go of. */
  readonly keptUntil: number | null;
  readonly revokedAt: number | null;
  /** Null once it is revoked: nothing is left that could sign. */
  readonly pair: KeptPair | null;
}

/** The newest first. */
export type Ring = readonly RingKey[];

/** The longest life of a token, in ms: so long a key is kept after it has signed its last. */
export const TOKEN_MS_MAX = 31 * 86_400_000;
/** How long a revoked key is still told of, in ms. */
const REVOKED_TOLD_MS = 365 * 86_400_000;
/** A key is published this long before it signs, in ms: whoever verifies looks for an unknown key once a second. */
export const PUBLISHED_BEFORE_USE_MS = 2_000;

export function newRing(current: KeptPair, standby: KeptPair, now: number): Ring {
  const first = standbyKey(current, now);
  return [standbyKey(standby, now), { ...first, state: 'CURRENT', currentAt: now }];
}

/** The standby signs from now on, `fresh` stands by. Throws CONFLICT where the standby was published too lately. */
export function rotate(ring: Ring, fresh: KeptPair, now: number): Ring {
  const standby = theOne(ring, 'STANDBY');
  const waitMs = standby.createdAt + PUBLISHED_BEFORE_USE_MS - now;
  if (waitMs > 0) {
    throw new Problem(
      'CONFLICT',
      'The key that stands by was made a moment ago and may not be known everywhere. Try again in two seconds.',
      { retryAfterMs: waitMs },
    );
  }
  return [standbyKey(fresh, now), ...ring.map((key) => moved(key, now))];
}

/**
 * The key is worth nothing from now on, and with it all that it signed. A current one is followed by the standby at
 * once, a standby by `fresh`. Throws NOT_FOUND for a key that is not in the ring.
 */
export function revoke(ring: Ring, kid: string, fresh: KeptPair, now: number): Ring {
  const key = ring.find((one) => one.kid === kid);
  if (key === undefined)
    throw new Problem('NOT_FOUND', `There is no signing key "${kid}". The query signingKeys lists them.`);
  if (key.state === 'REVOKED') return ring;
  const revoked: RingKey = {
    ...key,
    state: 'REVOKED',
    revokedAt: now,
    keptUntil: now + REVOKED_TOLD_MS,
    pair: null,
  };
  const left = ring.map((one) => (one.kid === kid ? revoked : one));
  if (key.state === 'PREVIOUS') return left;
  const rest = key.state === 'CURRENT' ? left.map((one) => moved(one, now)) : left;
  return [standbyKey(fresh, now), ...rest];
}

/** Lets go of what has had its time. The same ring where there is nothing of the kind. */
export function tidy(ring: Ring, now: number): Ring {
  const kept = ring.filter(({ keptUntil }) => keptUntil === null || keptUntil > now);
  return kept.length === ring.length ? ring : kept;
}

export function theOne(ring: Ring, state: 'CURRENT' | 'STANDBY'): RingKey & { readonly pair: KeptPair } {
  const key = ring.find((one) => one.state === state);
  if (key === undefined || key.pair === null)
    throw new Problem('CONFLICT', `The signing keys have none that is ${state.toLowerCase()}.`);
  return { ...key, pair: key.pair };
}

function standbyKey(pair: KeptPair, now: number): RingKey {
  return {
    kid: pair.kid,
    algorithm: pair.algorithm,
    state: 'STANDBY',
    createdAt: now,
    currentAt: null,
    keptUntil: null,
    revokedAt: null,
    pair,
  };
}

function moved(key: RingKey, now: number): RingKey {
  if (key.state === 'STANDBY') return { ...key, state: 'CURRENT', currentAt: now };
  if (key.state === 'CURRENT') return { ...key, state: 'PREVIOUS', keptUntil: now + TOKEN_MS_MAX };
  return key;
}
