/** A secret in a file that only its owner may read: made at first start, then kept, whoever starts it. */

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../errors.ts';
import { syncDirectory } from '../sync-directory.ts';

export interface SecretFile {
  readonly directory: string;
  readonly name: string;
  /** In words, for whoever reads what is wrong with it. */
  readonly what: string;
}

/** The file's text; `make` says what to put into a new one. Rejects with CONFLICT when others could read it. */
export async function openSecretFile(file: SecretFile, make: () => Promise<string>): Promise<string> {
  await mkdir(file.directory, { recursive: true, mode: 0o700 });
  const found = await readSecret(file);
  if (found !== null) return found;
  await placeSecret(file, await make());
  // What is there now, not what was made here: another process may have come first.
  return (await readSecret(file)) ?? '';
}

/** Afterwards there is none, whether there was one or not. */
export async function removeSecret({
  directory,
  name,
}: Pick<SecretFile, 'directory' | 'name'>): Promise<void> {
  try {
    await unlink(join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await syncDirectory(directory);
}

/** Null when there is none. Any other failure rejects, so that no secret is ever replaced. */
export async function readSecret({ directory, name, what }: SecretFile): Promise<string | null> {
  const path = join(directory, name);
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new Problem('CONFLICT', `The ${what} in ${path} cannot be opened (${cause.code}).`, { cause });
  });
  if (file === null) return null;
  try {
    refuseReadableByOthers((await file.stat()).mode, path, what);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function refuseReadableByOthers(mode: number, path: string, what: string): void {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  throw new Problem(
    'CONFLICT',
    `Others may read the ${what} (mode ${(mode & 0o777).toString(8)}). Run "chmod 600 ${path}", and make a new one by deleting it if it may have leaked.`,
  );
}

/**
 * Puts a text where nothing is yet; false where something is, which stays. Written whole and synced beside its place,
 * then linked there: no crash leaves half a secret, and of several processes one is first.
 */
export async function placeSecret(
  { directory, name }: Pick<SecretFile, 'directory' | 'name'>,
  text: string,
): Promise<boolean> {
  const path = join(directory, name);
  const draft = `${path}.${randomUUID()}.draft`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await unlink(draft);
  }
  await syncDirectory(directory);
  return true;
}
