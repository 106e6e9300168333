/** The files of a folder in the order of their whole names, which is not the order of a folder's entries. */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectName } from '../object-name.ts';
import { absent } from './folder-problems.ts';

interface FoundFile {
  readonly name: string;
  readonly path: string;
}

/** Those that have an object's name and begin with `prefix`; `read` runs what touches the file system. */
export async function* filesIn(
  root: string,
  prefix: string,
  read: <Value>(work: () => Promise<Value>) => Promise<Value>,
): AsyncIterable<FoundFile> {
  // Folders that cannot hold such a name are not even opened.
  yield* filesBelow(prefix.slice(0, prefix.lastIndexOf('/') + 1));

  async function* filesBelow(folder: string): AsyncIterable<FoundFile> {
    const entries = await read(() => absent(readdir(join(root, folder), { withFileTypes: true })));
    for (const entry of (entries ?? []).toSorted(byWholeName)) {
      const name = folder + entry.name;
      if (!isObjectName(name) || !mayBeginWith(nameAsListed(name, entry), prefix)) continue;
      if (entry.isDirectory()) yield* filesBelow(`${name}/`);
      else if (entry.isFile()) yield { name, path: join(root, name) };
    }
  }
}

function nameAsListed(name: string, entry: Dirent): string {
  return entry.isDirectory() ? `${name}/` : name;
}

/** A folder also counts when only what is in it can have the whole prefix. */
function mayBeginWith(name: string, prefix: string): boolean {
  return name.startsWith(prefix) || (name.endsWith('/') && prefix.startsWith(name));
}

/** As if each folder's name went on with "/": "a-b/c" comes before "a/c". Names are ASCII. */
function byWholeName(left: Dirent, right: Dirent): number {
  const [one, other] = [nameAsListed(left.name, left), nameAsListed(right.name, right)];
  return one < other ? -1 : 1;
}
