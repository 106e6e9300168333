/** The local signing key: made at first start, kept in a file that only its owner may read. */

import { join } from 'node:path';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import { Problem } from '../errors.ts';
import { openSecretFile } from './secret-file.ts';

/** Signature algorithm of everything we sign (RFC 7518, section 3.4). */
export const ALGORITHM = 'ES256';

export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** The public half, as JWKS shows it. */
  readonly publicJwk: JWK;
}

/** Its name in the directory of keys. */
export const SIGNING_KEY_FILE = 'signing-key.json';

/** Reads the key in `directory`, or makes one. Rejects when others could read it, or when it is damaged. */
export async function openSigningKey(directory: string): Promise<SigningKey> {
  const file = { directory, name: SIGNING_KEY_FILE, what: 'signing key' };
  return toSigningKey(await openSecretFile(file, makeKey), join(directory, SIGNING_KEY_FILE));
}

async function makeKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

async function toSigningKey(text: string, path: string): Promise<SigningKey> {
  try {
    const { d, ...publicJwk } = JSON.parse(text) as JWK & { d: string };
    const kid = await calculateJwkThumbprint(publicJwk);
    const [privateKey, publicKey] = await Promise.all([
      importJWK({ ...publicJwk, d }, ALGORITHM),
      importJWK(publicJwk, ALGORITHM),
    ]);
    if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array || privateKey.type !== 'private')
      throw new Error('not an asymmetric key pair');
    return { kid, privateKey, publicKey, publicJwk: { ...publicJwk, kid, alg: ALGORITHM, use: 'sig' } };
  } catch (cause) {
    throw new Problem(
      'CONFLICT',
      `The signing key in ${path} cannot be read. Restore it, or delete it to make a new one: tokens signed with it end then.`,
      { cause },
    );
  }
}
