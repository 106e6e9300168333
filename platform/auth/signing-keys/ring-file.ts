/**
 * The ring on disk, shared by processes without a lock: each version is a file of its own, put under a name that must
 * not exist yet. Of two processes that change the ring at once, one gets the name and the other reads what came before
 * it. Only the owner may read the files.
 */

import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../../errors.ts';
import { placeSecret, readSecret } from '../secret-file.ts';
import { ALGORITHMS } from './key-pair.ts';
import type { Ring } from './life-cycle.ts';

export interface RingVersion {
  /** Counts up from 1. */
  readonly version: number;
  readonly ring: Ring;
}

const NAME = /^signing-keys\.(\d{8})\.json$/;
const WHAT = 'signing keys';
/** Versions that are kept beside the newest, for a process that is just reading one. */
const OLD_VERSIONS_KEPT = 1;
const READ_TRIES = 5;

const time = z.number();
const KEPT_RING = z.array(
  z.object({
    kid: z.string(),
    algorithm: z.enum(ALGORITHMS),
    state: z.enum(['STANDBY', 'CURRENT', 'PREVIOUS', 'REVOKED']),
    createdAt: time,
    currentAt: time.nullable(),
    keptUntil: time.nullable(),
    revokedAt: time.nullable(),
    pair: z
      .object({ kid: z.string(), algorithm: z.enum(ALGORITHMS), jwk: z.looseObject({ kty: z.string() }) })
      .nullable(),
  }),
);

/** The number of the newest version, 0 where there is none. */
export async function newestVersion(directory: string): Promise<number> {
  return (await versionsIn(directory)).at(-1) ?? 0;
}

/** The newest ring, or null where there is none. Rejects with CONFLICT when others could read it, or it is damaged. */
export async function readRing(directory: string): Promise<RingVersion | null> {
  for (let attempt = 0; attempt < READ_TRIES; attempt++) {
    const version = await newestVersion(directory);
    if (version === 0) return null;
    const text = await readSecret({ directory, name: nameOf(version), what: WHAT });
    // Removed in between, since there are newer ones.
    if (text !== null) return { version, ring: parseRing(text, join(directory, nameOf(version))) };
  }
  throw new Problem('CONFLICT', `The signing keys in ${directory} change faster than they can be read.`);
}

/** Makes `ring` the version after `after`. False when another process was first: read again, and decide anew. */
export async function addRing(directory: string, after: number, ring: Ring): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (!(await placeSecret({ directory, name: nameOf(after + 1) }, JSON.stringify(ring)))) return false;
  await removeOld(directory);
  return true;
}

async function removeOld(directory: string): Promise<void> {
  const old = (await versionsIn(directory)).slice(0, -1 - OLD_VERSIONS_KEPT);
  for (const version of old) await unlink(join(directory, nameOf(version))).catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function versionsIn(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw new Problem('CONFLICT', `The signing keys in ${directory} cannot be opened (${error.code}).`, {
      cause: error,
    });
  });
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((left, right) => left - right);
}

function nameOf(version: number): string {
  return `signing-keys.${String(version).padStart(8, '0')}.json`;
}

function parseRing(text: string, path: string): Ring {
  try {
    return KEPT_RING.parse(JSON.parse(text));
  } catch (cause) {
    throw new Problem(
      'CONFLICT',
      `The signing keys in ${path} cannot be read. Restore the file, or delete it and its like to make new keys: tokens signed with the old ones end then.`,
      { cause },
    );
  }
}
