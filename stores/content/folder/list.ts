/** What is in a tenant's folder: its folders of two digits in order, a page of files at a time. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentPage, StoredContent } from '../content-store.ts';
import { folderOf } from './paths.ts';

const PREFIX = 'sha256:';
const FILE = /^[0-9a-f]{64}$/;

/** Whole folders are told, so a page may have some more than `limit`. */
export async function listContents(
  root: string,
  tenant: string,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<ContentPage> {
  const owner = folderOf(root, tenant);
  const last = after?.slice(PREFIX.length) ?? '';
  const folders = (await namesIn(owner)).filter((name) => name >= last.slice(0, 2));
  const contents: StoredContent[] = [];
  for (const folder of folders) {
    if (contents.length >= limit) return { contents, next: contents.at(-1)?.hash ?? null };
    const files = (await namesIn(join(owner, folder))).filter((name) => FILE.test(name) && name > last);
    for (const file of files) {
      // Removed since the folder was read, it is not there.
      const found = await stat(join(owner, folder, file)).catch(() => null);
      if (found !== null)
        contents.push({ hash: `${PREFIX}${file}`, bytes: found.size, writtenAt: found.mtimeMs });
    }
  }
  return { contents, next: null };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.toSorted();
}
