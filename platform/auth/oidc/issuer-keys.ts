/**
 * The keys of one issuer outside, found by discovery and followed as it changes them. Those that are known go on while
 * the issuer is away; an unknown one has them fetched anew, and no more often than the issuer should bear.
 */

import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose';
import { z } from 'zod';
import { Problem } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { fetchJson } from './bounded-json.ts';
import type { IssuerSettings } from './issuer-settings.ts';

/** How long keys are used before they are fetched again beside the requests, in ms: so long a withdrawn one counts. */
const KEPT_MS = 600_000;
/** How long they are used at most while the issuer does not answer, in ms. */
const KEPT_WHILE_AWAY_MS = 24 * 3_600_000;
/** How soon an unknown key may have them fetched again, in ms: a forger must not make us ask for each. */
const COOLDOWN_MS = 10_000;
/** How soon to ask again an issuer that did not answer, in ms. */
const RETRY_MS = 2_000;

export interface IssuerKeys {
  /**
   * The key that signed a token with this header. Rejects with UNAUTHENTICATED where the issuer has none of the kind,
   * and with UNAVAILABLE where that cannot be asked; either says when to try again.
   */
  keyOf(header: JWTHeaderParameters): Promise<CryptoKey>;
  /** Another number once keys may have been withdrawn. */
  generation(): Promise<number>;
}

export interface IssuerKeysOptions {
  readonly settings: Pick<IssuerSettings, 'issuer' | 'jwksUrl'>;
  /** In ms since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

interface Known {
  readonly text: string;
  readonly find: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

export function createIssuerKeys({ settings, now, log }: IssuerKeysOptions): IssuerKeys {
  const { issuer } = settings;
  let known: Known | null = null;
  let generation = 0;
  let isAway = false;
  let askAgainAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  const fetchKeys = async (): Promise<void> => {
    try {
      const keys = KEY_SET.parse(await fetchJson(settings.jwksUrl ?? (await discover(issuer))));
      const text = JSON.stringify(keys);
      if (text !== known?.text) generation++;
      known = { text, find: createLocalJWKSet(keys as JSONWebKeySet), fetchedAt: now() };
      isAway = false;
    } catch (error) {
      if (!isAway) log.warn({ issuer, error }, 'The keys of an issuer cannot be fetched.');
      isAway = true;
    }
    askAgainAt = now() + (isAway ? RETRY_MS : COOLDOWN_MS);
  };
  /** Once for all who wait for it, and not at all where it was done a moment ago. */
  const ask = async (): Promise<void> => {
    if (asking === null && now() < askAgainAt) return;
    asking ??= fetchKeys().finally(() => {
      asking = null;
    });
    await asking;
  };
  /** Beside the requests: nobody waits for an issuer whose keys are at hand. */
  const follow = (): Known | null => {
    const ageMs = known === null ? Number.POSITIVE_INFINITY : now() - known.fetchedAt;
    if (known !== null && ageMs >= KEPT_MS) void ask();
    return ageMs < KEPT_WHILE_AWAY_MS ? known : null;
  };

  return {
    keyOf: async (header) => {
      const found = await findIn(follow(), header);
      if (found !== undefined) return found;
      await ask();
      const key = await findIn(follow(), header);
      if (key === undefined) throw withoutKey(issuer, { isAway, retryAfterMs: askAgainAt - now() });
      return key;
    },
    generation: async () => (follow() === null ? 0 : generation),
  };
}

function withoutKey(
  issuer: string,
  { isAway, retryAfterMs }: { readonly isAway: boolean; readonly retryAfterMs: number },
): Problem {
  const options = { retryAfterMs: Math.max(1, retryAfterMs) };
  return isAway
    ? new Problem('UNAVAILABLE', `The issuer ${issuer} cannot be asked for its keys. Try again.`, options)
    : new Problem(
        'UNAUTHENTICATED',
        `The bearer token is signed with a key that ${issuer} does not publish, or has published a moment ago. Get a new one from there.`,
        options,
      );
}

const KEY_SET = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });
const DISCOVERED = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** OpenID Connect Discovery 1.0, section 4. It leads nowhere but to the issuer's own origin. */
async function discover(issuer: string): Promise<string> {
  const found = DISCOVERED.parse(
    await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
  );
  if (found.issuer !== issuer) throw new Error(`the discovery of ${issuer} is that of ${found.issuer}`);
  if (URL.parse(found.jwks_uri)?.origin !== new URL(issuer).origin)
    throw new Error(`${issuer} has its keys at another origin; name their address in "jwksUrl"`);
  return found.jwks_uri;
}

async function findIn(known: Known | null, header: JWTHeaderParameters): Promise<CryptoKey | undefined> {
  if (known === null) return undefined;
  try {
    const key = await known.find(header, { payload: '', signature: '' });
    return key instanceof Uint8Array ? undefined : (key as CryptoKey);
  } catch (error) {
    // Several that may be meant are none: the token names no key.
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
