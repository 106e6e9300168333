/** The local signing key: made at first start, kept in a file that only its owner may read. */

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
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
import { syncDirectory } from '../sync-directory.ts';

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
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, SIGNING_KEY_FILE);
  let text = await readKeyFile(path);
  if (text === null) {
    await createKeyFile(directory, path);
    // What is there now, not what was made here: another process may have come first.
    text = await readKeyFile(path);
  }
  return toSigningKey(text ?? '', path);
}

/** The file's text, or null when there is none. Any other failure rejects, so that no key is ever replaced. */
async function readKeyFile(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new Problem('CONFLICT', `The signing key in ${path} cannot be opened (${cause.code}).`, { cause });
  });
  if (file === null) return null;
  try {
    refuseReadableByOthers((await file.stat()).mode, path);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function refuseReadableByOthers(mode: number, path: string): void {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  throw new Problem(
    'CONFLICT',
    `Others may read the signing key (mode ${(mode & 0o777).toString(8)}). Run "chmod 600 ${path}", and make a new one by deleting it if it may have leaked.`,
  );
}

/**
 * Written whole and synced beside its place, then linked there: no crash leaves half a key, and of two processes
 * that start together the second keeps the first one's key.
 */
async function createKeyFile(directory: string, path: string): Promise<void> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(await exportJWK(privateKey)));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await syncDirectory(directory);
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
