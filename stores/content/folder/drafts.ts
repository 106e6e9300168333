/** Files on their way in: written and synced under a name of their own, then given the name they are found by. */

import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { syncDirectory } from '../../../platform/sync-directory.ts';

/** In the store's own folder: a file can be renamed only within its file system. */
const FOLDER = 'drafts';
/** A draft that was not touched for this long was left by a crash, in ms: no upload lasts so long. */
const ABANDONED_MS = 3_600_000;
/** Folders that are remembered to be on disk. */
const FOLDERS_MAX = 10_000;

export interface Draft {
  readonly path: string;
  readonly file: FileHandle;
}

export interface Drafts {
  /** Makes the folder, and removes what crashes left in it. */
  open(): Promise<void>;
  create(): Promise<Draft>;
  /** Durable when it resolves. Replaces nothing but the same bytes. */
  publish(draft: Draft, place: { readonly folder: string; readonly path: string }): Promise<void>;
  discard(draft: Draft): Promise<void>;
  readonly folder: string;
}

export function createDrafts(root: string): Drafts {
  const folder = join(root, FOLDER);
  const durable = new LRUCache<string, true>({ max: FOLDERS_MAX });
  /** Also where another process made it: it may not have come to syncing it. */
  const ensureFolder = async (path: string) => {
    if (durable.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    const owner = dirname(path);
    await syncDirectory(owner);
    await syncDirectory(dirname(owner));
    durable.set(path, true);
  };
  return {
    folder,
    open: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = await readdir(folder);
      await Promise.all(names.map((name) => removeAbandoned(join(folder, name))));
    },
    create: async () => {
      const path = join(folder, randomUUID());
      return { path, file: await open(path, 'wx', 0o600) };
    },
    publish: async ({ path, file }, place) => {
      await file.sync();
      await file.close();
      await ensureFolder(place.folder);
      await rename(path, place.path);
      await syncDirectory(place.folder);
    },
    discard: async ({ path, file }) => {
      await file.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

/** Several processes may open at once: what one finds gone another has removed. */
async function removeAbandoned(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
}
