/**
 * Puts restored data in the place of what is there, and keeps that. Folders are renamed one after the other, so what is
 * meant is written down first: from then on whoever comes next completes it, and before it nothing has happened.
 */

import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../../platform/errors.ts';
import { replaceFile } from '../../platform/replace-file.ts';
import { syncDirectory } from '../../platform/sync-directory.ts';

/** What the engines keep in the data folder. Keys and secrets stay as they are. */
const ENGINE_FOLDERS = ['graph', 'content', 'contents', 'vectors'];
/** What is meant, while it is done; and what was done, until it is confirmed. */
const SWITCHING = 'switching.json';
const RESTORED = 'restored.json';

const SWITCH = z.object({
  /** Folder of the new data, inside the data folder. */
  from: z.string(),
  /** Folder for what is there. */
  keep: z.string(),
  /** The backup that the new data comes from; null for one that goes back. */
  set: z.string().nullable(),
  at: z.string(),
});
export type Switch = Readonly<z.infer<typeof SWITCH>>;

/** Nothing may have the engines open. */
export async function switchData(folder: string, wanted: Switch): Promise<void> {
  await mkdir(join(folder, wanted.keep), { recursive: true });
  await replaceFile(join(folder, SWITCHING), JSON.stringify(wanted));
  await completeSwitch(folder);
}

/** Completes what a crash cut off; false where there was nothing to do. */
export async function completeSwitch(folder: string): Promise<boolean> {
  const wanted = await read(join(folder, SWITCHING));
  if (wanted === null) return false;
  for (const name of ENGINE_FOLDERS) {
    const [fresh, own, kept] = [wanted.from, '.', wanted.keep].map((at) => join(folder, at, name));
    if (fresh === undefined || own === undefined || kept === undefined || !existsSync(fresh)) continue;
    if (existsSync(own)) await rename(own, kept);
    await rename(fresh, own);
  }
  await syncDirectory(folder);
  if (wanted.set === null) await rm(join(folder, RESTORED), { force: true });
  else await replaceFile(join(folder, RESTORED), JSON.stringify(wanted));
  await rm(join(folder, SWITCHING), { force: true });
  await rm(join(folder, wanted.from), { recursive: true, force: true });
  return true;
}

/** The restore that is neither confirmed nor taken back. */
export function lastSwitch(folder: string): Promise<Switch | null> {
  return read(join(folder, RESTORED));
}

/** Goes back to what was there; gives where the restored data is kept, to be removed. */
export async function revertSwitch(folder: string, now: Date): Promise<void> {
  const last = await requireKept(folder);
  const keep = join('restores', `reverted-${now.getTime()}`);
  await switchData(folder, { from: last.keep, keep, set: null, at: now.toISOString() });
  await rm(join(folder, keep), { recursive: true, force: true });
}

/**
 * It cannot be taken back any more: durable before anything of what was there is removed, for half of that is never to come
 * back. Gives what it was.
 */
export async function forgetSwitch(folder: string): Promise<Switch> {
  const last = await requireLast(folder);
  if (existsSync(join(folder, SWITCHING)))
    throw new Problem(
      'CONFLICT',
      `A switch in ${folder} is under way, or was cut off, and what was there is not whole without it. Start Trellis, which completes it, and look again.`,
    );
  await rm(join(folder, RESTORED), { force: true });
  await syncDirectory(folder);
  return last;
}

/** As {@link lastSwitch}; CONFLICT where there is none. */
export async function requireLast(folder: string): Promise<Switch> {
  const last = await lastSwitch(folder);
  if (last !== null) return last;
  throw new Problem('CONFLICT', `There is no restore in ${folder} that could be confirmed or taken back.`);
}

/** As {@link requireLast}; CONFLICT as well where there is nothing to go back to. */
export async function requireKept(folder: string): Promise<Switch> {
  const last = await requireLast(folder);
  if (existsSync(join(folder, last.keep, 'graph'))) return last;
  throw new Problem(
    'CONFLICT',
    `There was nothing in ${folder} before the restore of ${last.set} that could be gone back to. Confirm the restore ("trellis restore --confirm", or confirmRestore), or stop Trellis and remove the data folder.`,
  );
}

async function read(path: string): Promise<Switch | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  return text === null ? null : SWITCH.parse(JSON.parse(text));
}
