/**
 * One folder for all that tests put aside, which goes when the run ends, whatever a test that failed left in it. It is in
 * memory where there is plenty: tests kill processes and never the machine, so they need no disk to outlive them.
 */

import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'trellis-tests-';
const IN_MEMORY = '/dev/shm';
/** What has to be free for that, in bytes: there, and in the machine, which the tests want some of themselves. */
const ROOM_MIN = 8 * 2 ** 30;
const MEMORY_MIN = 12 * 2 ** 30;

export async function setup(): Promise<() => Promise<void>> {
  const parent = await place();
  await sweep(parent);
  const folder = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  process.env.TMPDIR = folder;
  return () => remove(folder).catch(leave);
}

/** What a process that outlived its test writes meanwhile may keep a folder; the next run sweeps it up. */
function leave(error: Error): void {
  process.stderr.write(`A folder of the tests is left: ${error.message}\n`);
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** Where `TMPDIR` says so, there. */
async function place(): Promise<string> {
  if (process.env.TMPDIR !== undefined) return tmpdir();
  const room = await statfs(IN_MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return room >= ROOM_MIN && freemem() >= MEMORY_MIN ? IN_MEMORY : tmpdir();
}

/** A run that was killed could not take its folder away. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    if (!isAlive(pid)) await remove(join(parent, name)).catch(leave);
  }
}

/** A process of somebody else's is alive as well. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
