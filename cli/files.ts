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

/**
 * The readable files among `paths`; folders are searched, hidden entries, links in them and unknown kinds are left
 * out. Rejects for a path that is named and cannot be read, and when there is nothing at all.
 */
export async function findFiles(paths: readonly string[]): Promise<readonly SourceFile[]> {
  const found = (await Promise.all(paths.map(findNamed))).flat();
  if (found.length > 0) return found;
  throw new Problem(
    'NOT_FOUND',
    `There is nothing in ${paths.map((path) => `"${path}"`).join(', ')} that Trellis reads. It reads ${READABLE}.`,
  );
}

const READABLE = Object.keys(MEDIA_TYPES).join(' ');

async function findNamed(path: string): Promise<readonly SourceFile[]> {
  const entry = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw new Problem('NOT_FOUND', `There is no file or folder "${path}".`, { cause });
    throw new Problem('FORBIDDEN', `"${path}" cannot be read (${cause.code}).`, { cause });
  });
  if (entry.isDirectory()) return findInFolder(path);
  const mediaType = mediaTypeOf(path);
  if (mediaType !== undefined) return [{ path, key: keyOf(path), mediaType, bytes: entry.size }];
  throw new Problem(
    'UNSUPPORTED_MEDIA_TYPE',
    `"${path}" is of a kind that Trellis does not read. It reads ${READABLE}.`,
  );
}

async function findInFolder(folder: string): Promise<readonly SourceFile[]> {
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const found: SourceFile[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const mediaType = mediaTypeOf(path);
    if (entry.isDirectory()) found.push(...(await findInFolder(path)));
    else if (entry.isFile() && mediaType !== undefined)
      found.push({ path, key: keyOf(path), mediaType, bytes: (await stat(path)).size });
  }
  return found;
}

function mediaTypeOf(path: string): string | undefined {
  return MEDIA_TYPES[extname(path).toLowerCase()];
}

function keyOf(path: string): string {
  return relative(process.cwd(), path).split(sep).join('/');
}
