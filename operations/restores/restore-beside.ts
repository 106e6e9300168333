/**
 * A backup restored into a folder beside the data that is there, ready to take its place. Until it does nothing has
 * happened: whatever goes wrong takes that folder away, and nothing else.
 */

import { existsSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EmbedderIdentity } from '../../model/embedding.ts';
import { placeSecret } from '../../platform/auth/secret-file.ts';
import { Problem } from '../../platform/errors.ts';
import { recordsOf } from '../backups/read-set.ts';
import type { OpenedSet } from '../backups/set-store.ts';
import type { InstallationFile } from '../backups/write-set.ts';
import type { Installation } from '../move/installation.ts';
import { type DecidedAgain, type RestoreRun, restoreInto } from './restore-into.ts';
import { lastSwitch } from './switch-data.ts';

/** Engines that lie in a folder, open. */
export interface OpenedInstallation extends Installation {
  close(): Promise<void>;
}

/** Opens the engines of a folder, for vectors of this embedder; makes them where there are none. */
export type OpenInstallation = (
  folder: string,
  embedder: EmbedderIdentity | null,
) => Promise<OpenedInstallation>;

export interface BesideOptions {
  /** The data folder. */
  readonly folder: string;
  /** Where the backup goes, inside the data folder. */
  readonly beside: string;
  readonly open: OpenInstallation;
  /** Files of the installation that a set may have; those that are there stay. */
  readonly files: readonly InstallationFile[];
  /** Room on the disk of the folder; by default as the system says. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Room that restored data takes, as a multiple of the backup's bytes before compression. */
const ROOM_FACTOR = 2;

/**
 * Gives what of the decisions since the backup was done again. Rejects with what went wrong, and says that the data is
 * untouched.
 */
export async function restoreBeside(options: BesideOptions, run: RestoreRun): Promise<DecidedAgain> {
  const { folder, open, files, freeBytes = freeBytesOf } = options;
  const beside = join(folder, options.beside);
  try {
    await rm(beside, { recursive: true, force: true });
    await mkdir(beside, { recursive: true });
    requireRoom(folder, await freeBytes(folder), run.set);
    const to = await open(beside, run.set.manifest.embedder);
    const again = await restoreInto(to, run).finally(() => to.close());
    await placeFiles(files, run);
    return again;
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw untouched(error, run.signal);
  }
}

/** One that is there stays: API keys and sessions were checked with it. */
export async function placeFiles(
  files: readonly InstallationFile[],
  { sets, set, signal }: Pick<RestoreRun, 'sets' | 'set' | 'signal'>,
): Promise<void> {
  for await (const records of recordsOf('files', { target: sets.target, set, signal })) {
    for (const { header, body } of records) {
      const path = files.find(({ name }) => name === header['name'])?.path;
      if (path === undefined || existsSync(path)) continue;
      const directory = dirname(path);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await placeSecret({ directory, name: basename(path) }, Buffer.from(body).toString('utf8'));
    }
  }
}

/** What was there before an earlier restore is kept in one place only. */
export async function requireConfirmed(folder: string): Promise<void> {
  const last = await lastSwitch(folder);
  if (last === null) return;
  throw new Problem(
    'CONFLICT',
    `What was there before the restore of ${last.set} is still kept. Confirm that restore ("trellis restore --confirm", or confirmRestore) or take it back (--revert, or revertRestore) first.`,
  );
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function requireRoom(folder: string, free: number, { manifest }: OpenedSet): void {
  const needed = ROOM_FACTOR * manifest.parts.reduce((sum, { plainBytes }) => sum + plainBytes, 0);
  if (free >= needed) return;
  throw new Problem(
    'CONFLICT',
    `The disk of ${folder} has room for ${Math.floor(free / 1e6)} MB, and the restore may need ${Math.ceil(needed / 1e6)} MB beside what is there. Make room, or restore elsewhere with --to.`,
  );
}

function untouched(error: unknown, signal: AbortSignal): unknown {
  const [code, message] =
    error instanceof Problem
      ? [error.code, error.message]
      : [signal.aborted ? ('CANCELLED' as const) : ('UNAVAILABLE' as const), describe(error, signal)];
  return new Problem(code, `${message} The data that was there is untouched.`, { cause: error });
}

function describe(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'The restore was stopped.';
  return `The restore failed: ${error instanceof Error ? error.message : String(error)}.`;
}
