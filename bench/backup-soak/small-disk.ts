/** A small file system of its own for the target, so that a full disk is a full disk. Only root can mount one. */

import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DISK_BYTES = 96 << 20;
const PIECE = Buffer.alloc(1 << 20);

export interface SmallDisk {
  /** Where it is mounted. */
  readonly directory: string;
  /** Leaves room for so many bytes. */
  fill(roomBytes: number): Promise<void>;
  free(): Promise<void>;
  unmount(): Promise<void>;
}

/** Null where none can be mounted. What an earlier run wrote to it is still there. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk | null> {
  const [image, directory] = [join(folder, 'disk.img'), join(folder, 'disk')];
  const ballast = join(directory, 'ballast');
  await mkdir(directory, { recursive: true });
  try {
    const file = await open(image, 'a');
    const isNew = (await file.stat()).size === 0;
    if (isNew) await file.truncate(DISK_BYTES);
    await file.close();
    if (isNew) await run('mkfs.ext4', ['-q', '-m', '0', image]);
    await run('mount', ['-o', 'loop', image, directory]);
  } catch {
    await rm(image, { force: true });
    return null;
  }
  return {
    directory,
    fill: async (roomBytes) => {
      const file = await open(ballast, 'w');
      try {
        await file.sync();
        for (let left = await roomIn(directory); left > roomBytes; left = await roomIn(directory)) {
          await file.write(PIECE, 0, Math.min(PIECE.length, left - roomBytes));
          // What is only in memory is not counted yet.
          await file.sync();
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    unmount: async () => {
      await run('umount', [directory]);
    },
  };
}

async function roomIn(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
