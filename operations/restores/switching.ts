/** The steps behind a restore beside the data: it takes the data's place, stays, or gives way. Each with its record. */

import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersOf, type Restore } from '../../model/restore.ts';
import { Problem } from '../../platform/errors.ts';
import { createRestoreRecords } from './records.ts';
import {
  forgetSwitch,
  lastSwitch,
  requireKept,
  revertSwitch,
  type Switch,
  switchData,
} from './switch-data.ts';

/** Nothing may have the engines open. Cut off anywhere, it is completed by whoever starts next, who also tells of it. */
export async function takePlace(folder: string, restore: Restore, now: Date): Promise<void> {
  const at = now.toISOString();
  await createRestoreRecords(folder).put({ ...restore, state: 'SWITCHING', switchedAt: at });
  const { beside, kept } = foldersOf(restore);
  await switchData(folder, { from: beside, keep: kept, set: restore.backup, at });
}

/** Goes back to what was there before the last restore. As {@link takePlace}. */
export async function giveWay(folder: string, now: Date): Promise<void> {
  const last = await requireKept(folder);
  await noteOf(folder, last, { state: 'REVERTING' });
  await revertSwitch(folder, now);
}

/** Drops what was there before the last restore, for good. Cut off, {@link settleLeft} goes on with it. */
export async function confirmLast(folder: string, now: Date): Promise<void> {
  const last = await forgetSwitch(folder);
  await noteOf(folder, last, { state: 'CONFIRMED', finishedAt: now.toISOString(), problem: null });
  await rm(join(folder, last.keep), { recursive: true, force: true });
}

/** Whether the last restore, neither confirmed nor taken back, is this one. */
export async function isLast(folder: string, restore: Pick<Restore, 'id'>): Promise<boolean> {
  return (await lastSwitch(folder))?.from === foldersOf(restore).beside;
}

/** A version before this one kept no record of it. */
async function noteOf(folder: string, last: Switch, changes: Partial<Restore>): Promise<void> {
  const records = createRestoreRecords(folder);
  const restore = (await records.list()).find((one) => foldersOf(one).beside === last.from);
  if (restore !== undefined) await records.put({ ...restore, ...changes });
}

/** What the process before has left, said as it is now. Gives those whose switch, or way back, nobody has told of yet. */
export async function settleLeft(folder: string, now: Date): Promise<readonly Restore[]> {
  const records = createRestoreRecords(folder);
  const untold: Restore[] = [];
  for (const restore of await records.list()) {
    const settled = await nowOf(folder, restore, now);
    if (settled !== null) {
      await records.put(settled);
      if (isTurned(restore, settled)) untold.push(settled);
    }
    if ((settled ?? restore).state === 'CONFIRMED')
      await rm(join(folder, foldersOf(restore).kept), { recursive: true, force: true });
  }
  await removeReverted(folder);
  return untold;
}

/** One that was not reverted stands as it did before, and was told of then. */
function isTurned(before: Restore, { state }: Restore): boolean {
  return state === 'REVERTED' || (before.state === 'SWITCHING' && state === 'SWITCHED');
}

async function nowOf(folder: string, restore: Restore, now: Date): Promise<Restore | null> {
  const at = now.toISOString();
  const beside = join(folder, foldersOf(restore).beside);
  switch (restore.state) {
    case 'RUNNING':
      await rm(beside, { recursive: true, force: true });
      return { ...restore, state: 'FAILED', finishedAt: at, problem: DIED };
    case 'SWITCHING':
      return (await isLast(folder, restore))
        ? { ...restore, state: 'SWITCHED', switchedAt: restore.switchedAt ?? at, problem: null }
        : backTo(restore, existsSync(join(beside, 'graph')), at);
    case 'SWITCHED':
      // A confirmation that was cut off.
      return (await isLast(folder, restore))
        ? null
        : { ...restore, state: 'CONFIRMED', finishedAt: at, problem: null };
    case 'READY':
      return existsSync(join(beside, 'graph')) ? null : backTo(restore, false, at);
    case 'REVERTING':
      return (await isLast(folder, restore))
        ? {
            ...restore,
            state: 'SWITCHED',
            problem: 'It was not reverted: the process ended before. Try again.',
          }
        : { ...restore, state: 'REVERTED', finishedAt: at };
    default:
      return null;
  }
}

const DIED = 'The process that restored has ended. The running data is untouched; begin again.';

function backTo(restore: Restore, isThere: boolean, at: string): Restore {
  return isThere
    ? { ...restore, state: 'READY', problem: 'It was not switched to: the process ended before. Try again.' }
    : { ...restore, state: 'FAILED', finishedAt: at, problem: 'What was restored is gone. Begin again.' };
}

/** Left where a process died between going back and dropping what was restored. */
async function removeReverted(folder: string): Promise<void> {
  const names = await readdir(join(folder, 'restores')).catch(() => []);
  for (const name of names.filter((each) => each.startsWith('reverted-')))
    await rm(join(folder, 'restores', name), { recursive: true, force: true });
}

export function notThat(restore: Restore, needed: string): Problem {
  return new Problem('CONFLICT', `The restore ${restore.id} is ${restore.state}. ${needed}`);
}

export function another(other: Restore | undefined): Problem {
  const which = other === undefined ? 'Another restore' : `The restore ${other.id}`;
  return new Problem(
    'CONFLICT',
    `${which} is under way or stands ready. Wait for it, switch to it, or cancel it ("trellis restore --into-running --cancel", or cancelRestore) first.`,
  );
}
