/** Names on disk: a file that was made, renamed or removed is so for good once its folder is synced. */

import { open } from 'node:fs/promises';

/** Windows has no such call, and needs none. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
