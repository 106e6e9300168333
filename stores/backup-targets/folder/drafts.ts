/** Objects on their way into a folder: each in a file that has no object's name until it is whole and on disk. */

import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../../../platform/sync-directory.ts';
import { absent } from './folder-problems.ts';

/** In the target's own folder, since a file can be renamed only within its file system. No object's name begins so. */
const FOLDER = '.drafts';

export interface Draft {
  readonly path: string;
  readonly file: FileHandle;
}

export function createDrafts(root: string) {
  const folder = join(root, FOLDER);
  return {
    create: async (): Promise<Draft> => {
      const path = join(folder, randomUUID());
      const file = await absent(open(path, 'wx', 0o600));
      if (file !== null) return { path, file };
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return { path, file: await open(path, 'wx', 0o600) };
    },
    /** Durable when it resolves. Replaces what was there. */
    publish: async ({ path, file }: Draft, place: string): Promise<void> => {
      await file.sync();
      await file.close();
      await rename(path, place);
      await syncDirectory(dirname(place));
    },
    discard: async ({ path, file }: Draft): Promise<void> => {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
    },
    /** Removes drafts that nobody has written to for so long; resolves to how many. */
    discardAbandoned: async (olderThanMs: number): Promise<number> => {
      let discarded = 0;
      for (const name of (await absent(readdir(folder))) ?? []) {
        const path = join(folder, name);
        const found = await absent(stat(path));
        if (found === null || Date.now() - found.mtimeMs < olderThanMs) continue;
        await rm(path, { force: true });
        discarded += 1;
      }
      return discarded;
    },
  };
}
