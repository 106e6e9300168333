/** What a file system says, as problems that say what to do about it. */

import { Problem } from '../../../platform/errors.ts';

/** How soon to try again when the folder cannot be used, in ms. */
const RETRY_AFTER_MS = 5_000;

/** What the file system failed at; anything else stays as it is. */
export function folderProblem(error: unknown, directory: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof Problem || code === undefined || syscall === undefined) return error;
  const detail = `The backup folder ${directory} cannot be used (${code}). ${wayOut(code)}`;
  return new Problem('UNAVAILABLE', detail, { cause: error, retryAfterMs: RETRY_AFTER_MS });
}

function wayOut(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Make room there, or keep fewer backups.';
  return 'See that it is mounted, and that this process may write to it.';
}

/** Null where there is no such file or folder. */
export async function absent<Value>(work: Promise<Value>): Promise<Value | null> {
  return work.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}
