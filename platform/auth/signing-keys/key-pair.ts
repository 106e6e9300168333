/** One key pair that signs tokens: made, and read from what was kept of it. */

import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';

/** What we sign with: ECDSA on P-256 (RFC 7518, section 3.4) or Ed25519 (RFC 8037). */
export const ALGORITHMS = ['ES256', 'EdDSA'] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** A pair as it is kept: the private JWK (RFC 7517) under its RFC 7638 thumbprint. */
export interface KeptPair {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly jwk: JWK;
}

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: CryptoKey;
}

export async function makePair(algorithm: Algorithm): Promise<KeptPair> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return keptPair(await exportJWK(privateKey));
}

/** A private JWK under its name. Rejects what is no pair of ours. */
export async function keptPair(jwk: JWK): Promise<KeptPair> {
  const algorithm = jwk.kty === 'OKP' ? 'EdDSA' : 'ES256';
  return { kid: await calculateJwkThumbprint(publicHalf(jwk)), algorithm, jwk };
}

export async function toSigningKey({ kid, algorithm, jwk }: KeptPair): Promise<SigningKey> {
  const privateKey = await importJWK(jwk, algorithm);
  if (privateKey instanceof Uint8Array || privateKey.type !== 'private')
    throw new Error('not an asymmetric key pair');
  return { kid, algorithm, privateKey };
}

/** The public half, as JWKS shows it. */
export function publicJwk({ kid, algorithm, jwk }: KeptPair): JWK {
  return { ...publicHalf(jwk), kid, alg: algorithm, use: 'sig' };
}

function publicHalf({ d: _, ...publicMembers }: JWK): JWK {
  return publicMembers;
}
