/**
 * Backups in a folder, which may be a mounted share: a file an object. A file is written and synced under a name that
 * no object can have, then renamed, so that a name always stands for a whole object.
 */

import { constants } from 'node:fs';
import { access, mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Problem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import { syncDirectory } from '../../../platform/sync-directory.ts';
import type { BackupTarget, StoredObject } from '../backup-target.ts';
import { requireObjectName, requirePrefix } from '../object-name.ts';
import { createDrafts } from './drafts.ts';
import { absent, folderProblem } from './folder-problems.ts';
import { filesIn } from './walk.ts';

/** What one step of reading hands out at most, in bytes. */
const PIECE_BYTES = 1 << 20;

export interface FolderBackupTargetOptions {
  readonly directory: string;
}

export function createFolderBackupTarget({ directory }: FolderBackupTargetOptions): BackupTarget {
  const drafts = createDrafts(directory);
  /** What the file system says becomes a problem; anything else, such as a source that failed, stays as it is. */
  const inFolder = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      throw folderProblem(error, directory);
    }
  };
  const placeOf = (name: string) => {
    requireObjectName(name);
    return join(directory, ...name.split('/'));
  };

  return {
    put: (name, body, { signal } = {}) =>
      inFolder(async () => {
        const path = placeOf(name);
        const draft = await drafts.create();
        try {
          let bytes = 0;
          for await (const piece of body) {
            signal?.throwIfAborted();
            await draft.file.writeFile(piece);
            bytes += piece.length;
          }
          signal?.throwIfAborted();
          await makeFolders(directory, dirname(path));
          await refuseEscape(directory, dirname(path));
          await drafts.publish(draft, path);
          return { bytes };
        } catch (error) {
          await drafts.discard(draft);
          throw error;
        }
      }),
    async *get(name, { signal } = {}) {
      const path = placeOf(name);
      const file = await inFolder(() => openObject(directory, path));
      if (file === null) throw noSuchObject(name, directory);
      try {
        for (;;) {
          signal?.throwIfAborted();
          const { bytesRead, buffer } = await inFolder(() => file.read(Buffer.allocUnsafe(PIECE_BYTES)));
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
    stat: (name) =>
      inFolder(async () => {
        const found = await absent(stat(placeOf(name)));
        return found?.isFile() ? toObject(name, found) : null;
      }),
    async *list(prefix, { signal } = {}) {
      requirePrefix(prefix);
      for await (const { name, path } of filesIn(directory, prefix, inFolder)) {
        signal?.throwIfAborted();
        const found = await inFolder(() => absent(stat(path)));
        if (found !== null) yield toObject(name, found);
      }
    },
    remove: (name) =>
      inFolder(async () => {
        const path = placeOf(name);
        if (!(await isInside(directory, dirname(path)))) return;
        await rm(path, { force: true });
        await syncDirectory(dirname(path));
      }),
    discardUnfinished: ({ olderThanMs }) => inFolder(() => drafts.discardAbandoned(olderThanMs)),
    health: () =>
      probeHealth('backups', 'folder', () =>
        inFolder(async () => {
          await mkdir(directory, { recursive: true, mode: 0o700 });
          await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
        }),
      ),
    close: async () => undefined,
  };
}

function toObject(
  name: string,
  { size, mtime }: { readonly size: number; readonly mtime: Date },
): StoredObject {
  return { name, bytes: size, modifiedAt: mtime };
}

/** Each on disk for good, from the target's own folder down. */
async function makeFolders(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const stop = dirname(first);
  for (let at = dirname(folder); at.startsWith(root) || at === stop; at = dirname(at)) {
    await syncDirectory(at);
    if (at === stop) return;
  }
}

/** Null when there is none. A link in an object's place is not followed. */
async function openObject(root: string, path: string) {
  if (!(await isInside(root, dirname(path)))) return null;
  const file = await absent(open(path, constants.O_RDONLY | constants.O_NOFOLLOW));
  if (file === null || (await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

async function refuseEscape(root: string, folder: string): Promise<void> {
  if (await isInside(root, folder)) return;
  throw new Problem(
    'CONFLICT',
    `${folder} leads out of the backup folder ${root}. Replace the link there by a folder.`,
  );
}

/** Whether a folder is there and, links followed, still in the target. */
async function isInside(root: string, folder: string): Promise<boolean> {
  const [from, to] = await Promise.all([absent(realpath(root)), absent(realpath(folder))]);
  return (
    from !== null && to !== null && (to === from || to.startsWith(from.endsWith(sep) ? from : from + sep))
  );
}

function noSuchObject(name: string, directory: string): Problem {
  return new Problem('NOT_FOUND', `There is no ${name} in the backup folder ${directory}.`);
}
