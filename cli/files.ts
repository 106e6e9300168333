/** Which files a command line means, and what each of them is. */

import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { Problem } from '../platform/errors.ts';

/** Media types by extension: what Trellis can read. */
export const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.txt': 'text/plain',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.ndjson': 'application/jsonl',
  '.csv': 'text/csv',
};

export interface SourceFile {
  readonly path: string;
  /** The document's key: the path from where the command runs, with `/` on every system. */
  readonly key: string;
  readonly mediaType: string;
  readonly bytes: number;
}

/** The readable files among `paths`; folders are searched, hidden entries and unknown kinds are left out. */
export async function findFiles(paths: readonly string[]): Promise<readonly SourceFile[]> {
  const found = await Promise.all(paths.map((path) => findUnder(path, { named: true })));
  return found.flat();
}

async function findUnder(path: string, options: { readonly named: boolean }): Promise<readonly SourceFile[]> {
  const entry = await stat(path).catch(() => null);
  if (entry === null) throw new Problem('NOT_FOUND', `There is no file or folder "${path}".`);
  if (entry.isDirectory()) return findInFolder(path);
  const mediaType = MEDIA_TYPES[extname(path).toLowerCase()];
  if (mediaType !== undefined) return [{ path, key: keyOf(path), mediaType, bytes: entry.size }];
  if (!options.named) return [];
  const readable = Object.keys(MEDIA_TYPES).join(' ');
  throw new Problem(
    'UNSUPPORTED_MEDIA_TYPE',
    `"${path}" is of a kind that Trellis does not read. It reads ${readable}`,
  );
}

async function findInFolder(folder: string): Promise<readonly SourceFile[]> {
  const names = (await readdir(folder))
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort();
  const found = await Promise.all(names.map((name) => findUnder(join(folder, name), { named: false })));
  return found.flat();
}

function keyOf(path: string): string {
  return relative(process.cwd(), path).split(sep).join('/');
}
