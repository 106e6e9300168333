/** Restored data takes the place of what is there in one step, whenever the process that does it dies. */

import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRestoreRecords } from '../../../operations/restores/records.ts';
import {
  completeSwitch,
  forgetSwitch,
  lastSwitch,
  revertSwitch,
  switchData,
} from '../../../operations/restores/switch-data.ts';
import { confirmLast, giveWay, settleLeft } from '../../../operations/restores/switching.ts';
import { SWITCHED } from './switched.ts';

const FOLDERS = ['graph', 'content', 'vectors'];
const SWITCH = {
  from: 'restores/one',
  keep: 'restores/before-one',
  set: 'one',
  at: '2026-01-31T00:00:00.000Z',
};

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'trellis-switch-'));
  await fill('.', 'old');
  await fill(SWITCH.from, 'new');
});
afterEach(() => rm(data, { recursive: true, force: true }));

async function fill(folder: string, text: string): Promise<void> {
  for (const name of FOLDERS) {
    await mkdir(join(data, folder, name), { recursive: true });
    await writeFile(join(data, folder, name, 'what'), text);
  }
}
const held = (folder: string) =>
  Promise.all(FOLDERS.map((name) => readFile(join(data, folder, name, 'what'), 'utf8')));
const ALL_NEW = ['new', 'new', 'new'];
const ALL_OLD = ['old', 'old', 'old'];

/** The renames in the order in which they are done, of which a crash leaves the first ones. */
const RENAMES = FOLDERS.flatMap((name) => [
  [join('.', name), join(SWITCH.keep, name)] as const,
  [join(SWITCH.from, name), join('.', name)] as const,
]);

describe('a switch', () => {
  test.each(RENAMES.map((_, at) => at))(
    'that dies after %i renames is completed by who comes next',
    async (at) => {
      await mkdir(join(data, SWITCH.keep), { recursive: true });
      await writeFile(join(data, 'switching.json'), JSON.stringify(SWITCH));
      for (const [from, to] of RENAMES.slice(0, at)) await rename(join(data, from), join(data, to));
      expect(await completeSwitch(data)).toBe(true);
      expect([await held('.'), await held(SWITCH.keep)]).toEqual([ALL_NEW, ALL_OLD]);
      expect(await completeSwitch(data)).toBe(false);
      expect(await lastSwitch(data)).toEqual(SWITCH);
    },
  );

  test('is taken back, and then there is nothing to confirm', async () => {
    await switchData(data, SWITCH);
    await revertSwitch(data, new Date());
    expect(await held('.')).toEqual(ALL_OLD);
    await expect(forgetSwitch(data)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('that is confirmed leaves the new data alone', async () => {
    await switchData(data, SWITCH);
    await confirmLast(data, new Date());
    expect(await held('.')).toEqual(ALL_NEW);
    expect(await readdir(join(data, 'restores'))).toEqual([]);
    expect(existsSync(join(data, 'restored.json'))).toBe(false);
  });

  test('is confirmed before anything of the old data goes, so that half of it never comes back', async () => {
    const kept = join(data, SWITCH.keep, 'graph');
    await switchData(data, SWITCH);
    await Promise.all(Array.from({ length: 500 }, (_, at) => writeFile(join(kept, `part-${at}`), 'old')));
    const whole = readdirSync(kept).length;
    const confirming = confirmLast(data, new Date());
    while (existsSync(kept) && readdirSync(kept).length === whole) await setImmediate();
    expect(await lastSwitch(data)).toBeNull();
    await confirming;
  });

  test('whose confirmation was cut off is confirmed by the next start, which drops the rest', async () => {
    await switchData(data, SWITCH);
    await createRestoreRecords(data).put(SWITCHED);
    expect(await settleLeft(data, new Date())).toEqual([]);
    expect(await createRestoreRecords(data).get('one')).toMatchObject({ state: 'SWITCHED' });
    await forgetSwitch(data);
    await rm(join(data, SWITCH.keep, 'content'), { recursive: true });
    await expect(giveWay(data, new Date())).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await settleLeft(data, new Date())).toEqual([]);
    expect(await held('.')).toEqual(ALL_NEW);
    expect(await readdir(join(data, 'restores'))).toEqual(['one.json']);
    expect(await createRestoreRecords(data).get('one')).toMatchObject({ state: 'CONFIRMED', problem: null });
  });

  test('is not confirmed while the way back from it is cut off', async () => {
    await switchData(data, SWITCH);
    const back = { from: SWITCH.keep, keep: 'restores/reverted-1', set: null, at: SWITCH.at };
    await mkdir(join(data, back.keep));
    await writeFile(join(data, 'switching.json'), JSON.stringify(back));
    await expect(confirmLast(data, new Date())).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('cut off'),
    });
    expect(await completeSwitch(data)).toBe(true);
    expect(await held('.')).toEqual(ALL_OLD);
  });

  test('into an empty folder is not taken back, for there is nothing to go back to', async () => {
    for (const name of FOLDERS) await rm(join(data, name), { recursive: true });
    await switchData(data, SWITCH);
    await expect(giveWay(data, new Date())).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('There was nothing in'),
    });
    expect(await held('.')).toEqual(ALL_NEW);
    expect(await lastSwitch(data)).toEqual(SWITCH);
  });
});
