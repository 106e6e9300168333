/** The local signing key: made at first start, kept in a file that only its owner may read. */

import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
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

const FILE = 'signing-key.json';

/** Reads the key in `directory`, or makes one. Rejects when others could read it. */
export async function openSigningKey(directory: string): Promise<SigningKey> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) await createKeyFile(path);
  else await refuseReadableByOthers(path);
  return toSigningKey(text ?? (await readFile(path, 'utf8')), path);
}

/** Written whole and synced beside its place, then moved there, so that no crash leaves half a key. */
async function createKeyFile(path: string): Promise<void> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const draft = `${path}.${process.pid}`;
  const file = await open(draft, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    await file.writeFile(JSON.stringify(await exportJWK(privateKey)));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

async function refuseReadableByOthers(path: string): Promise<void> {
  const { mode } = await stat(path);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  throw new Problem(
    'CONFLICT',
    `Others may read the signing key (mode ${(mode & 0o777).toString(8)}). Run "chmod 600 ${path}", and make a new one by deleting it if it may have leaked.`,
  );
}

async function toSigningKey(text: string, path: string): Promise<SigningKey> {
  try {
    const { d, ...publicJwk } = JSON.parse(text) as JWK & { d: string };
    const kid = await calculateJwkThumbprint(publicJwk);
    const [privateKey, publicKey] = await Promise.all([
      importJWK({ ...publicJwk, d }, ALGORITHM),
      importJWK(publicJwk, ALGORITHM),
    ]);
    if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array)
      throw new Error('not an asymmetric key');
    return { kid, privateKey, publicKey, publicJwk: { ...publicJwk, kid, alg: ALGORITHM, use: 'sig' } };
  } catch (cause) {
    throw new Problem(
      'CONFLICT',
      `The signing key in ${path} cannot be read. Restore it, or delete it to make a new one.`,
      {
        cause,
      },
    );
  }
}
