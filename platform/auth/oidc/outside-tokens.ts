/** Tokens of issuers outside: which issuer one names, and what must hold before its word is taken. */

import { decodeJwt, errors, jwtVerify } from 'jose';
import { Problem } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { VerifiedToken } from '../signed-token.ts';
import { cacheVerified } from '../verified-cache.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import type { IssuerSettings } from './issuer-settings.ts';
import { outsidePrincipal } from './outside-principal.ts';

/** Longer texts are not looked at, in characters. Issuers put more into tokens than we do. */
const TOKEN_CHARS_MAX = 16_000;

export interface OutsideTokens {
  /**
   * Who a token says it is, and until when; null where it names no issuer of these. Rejects with UNAUTHENTICATED,
   * saying what is wrong with it, and with UNAVAILABLE while its issuer cannot be asked for a key.
   */
  verifyUntil(token: string): Promise<VerifiedToken | null>;
}

export interface OutsideTokensOptions {
  readonly issuers: readonly IssuerSettings[];
  /** The tenant of those who run the installation. */
  readonly operatorTenant: string;
  readonly log: Log;
  /** In ms since the epoch. */
  readonly now?: () => number;
}

type Verify = (token: string, issuer: string) => Promise<VerifiedToken>;

/** Fetches nothing until a token of an issuer comes. */
export function createOutsideTokens(options: OutsideTokensOptions): OutsideTokens {
  const verifiers = new Map(
    options.issuers.map((settings) => [settings.issuer, createVerify(settings, options)]),
  );
  return {
    verifyUntil: async (token) => {
      const issuer = issuerIn(token);
      const verify = issuer === null ? undefined : verifiers.get(issuer);
      return issuer === null || verify === undefined ? null : verify(token, issuer);
    },
  };
}

function createVerify(
  settings: IssuerSettings,
  { operatorTenant, log, now = Date.now }: OutsideTokensOptions,
): Verify {
  const keys = createIssuerKeys({ settings, now, log });
  const verify: Verify = async (token, issuer) => {
    const { payload } = await jwtVerify(token, (header) => keys.keyOf(header), {
      issuer,
      audience: [...settings.audience],
      algorithms: [...settings.algorithms],
      clockTolerance: settings.clockSkewSeconds,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'sub'],
      ...(settings.type === undefined ? {} : { typ: settings.type }),
    }).catch((error: unknown) => {
      throw error instanceof Problem ? error : refuse(settings, reasonFor(error, settings), error);
    });
    return {
      principal: outsidePrincipal(settings, payload, operatorTenant),
      expiresAt: (payload.exp ?? 0) + settings.clockSkewSeconds,
    };
  };
  return cacheVerified(verify, { seconds: () => Math.floor(now() / 1_000), keys });
}

/** What it says of itself, which nobody has verified: it only chooses who is to verify it. */
function issuerIn(token: string): string | null {
  if (token.length > TOKEN_CHARS_MAX) return null;
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

function reasonFor(error: unknown, { audience, algorithms, type }: IssuerSettings): string {
  if (error instanceof errors.JWTExpired)
    return `expired at ${new Date((error.payload.exp ?? 0) * 1_000).toISOString()}`;
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (reason === 'missing') return `lacks the claim "${claim}"`;
    if (claim === 'aud') return `is for another audience; here it must be ${audience.join(' or ')}`;
    if (claim === 'nbf') return 'is not valid yet; compare the clocks';
    if (claim === 'typ') return `is of another type; here it must be "${type}"`;
    return `has a claim "${claim}" that is not valid`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'has a signature that does not fit it';
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `is signed by an algorithm that is not allowed; here it must be ${algorithms.join(', ')}`;
  return 'is malformed: it is not a signed JWT in three parts';
}

function refuse({ issuer }: IssuerSettings, reason: string, cause: unknown): Problem {
  const detail = `The token of ${issuer} ${reason}. Get a new one from there.`;
  return new Problem('UNAUTHENTICATED', detail, { cause });
}
