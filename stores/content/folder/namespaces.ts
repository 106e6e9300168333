/**
 * Several installations in one shared folder. The first has the folder itself, and the others lie inside of it, since what
 * is beside it may be no part of what is mounted there.
 */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FIRST_NAMESPACE, isNamespace, type Namespace } from '../../../model/namespace.ts';
import { invariant } from '../../../platform/errors.ts';
import { syncDirectory } from '../../../platform/sync-directory.ts';

/** No tenant's folder is called so: those have names of hexadecimal digits. */
const FOLDER = 'namespaces';
/** What the first one has in the folder: a folder for each tenant, and one of drafts. */
const OF_FIRST = /^(?:[0-9a-f]{32}|drafts)$/;

export function rootIn(directory: string, namespace: Namespace): string {
  invariant(isNamespace(namespace), 'a namespace is a name that a folder can have');
  return namespace === FIRST_NAMESPACE ? directory : join(directory, FOLDER, namespace);
}

/** Makes the folder of one that is not the first, so that a power cut does not take it away again. */
export async function ensureRoot(directory: string, namespace: Namespace): Promise<void> {
  if (namespace === FIRST_NAMESPACE) return;
  await mkdir(rootIn(directory, namespace), { recursive: true, mode: 0o700 });
  await syncDirectory(join(directory, FOLDER));
  await syncDirectory(directory);
}

/**
 * Removes its files and folders, and nothing that is not its own. Whoever was cut off calls again. Nobody may have the
 * namespace open meanwhile.
 */
export async function dropContentNamespace(
  directory: string,
  { namespace, signal }: { readonly namespace: Namespace; readonly signal?: AbortSignal },
): Promise<void> {
  const root = rootIn(directory, namespace);
  const owners = (await namesIn(root)).filter((name) => namespace !== FIRST_NAMESPACE || OF_FIRST.test(name));
  for (const owner of owners) {
    // A part at a time, so that the signal is heard.
    for (const name of await namesIn(join(root, owner))) {
      signal?.throwIfAborted();
      await rm(join(root, owner, name), { recursive: true, force: true });
    }
    await rm(join(root, owner), { recursive: true, force: true });
  }
  if (namespace !== FIRST_NAMESPACE) await rm(root, { recursive: true, force: true });
}

/** Those beside the first one that have a folder. */
export async function listContentNamespaces(directory: string): Promise<readonly Namespace[]> {
  const names = await namesIn(join(directory, FOLDER));
  return names.filter((name) => name !== FIRST_NAMESPACE && isNamespace(name)).toSorted();
}

/** None of what is not there, or is a file. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}
