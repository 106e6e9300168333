/** What becomes of a switch, or of the way back, that something stops: it stands as before, with the reason, and the house opens. */

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditEvent } from '../../../model/audit.ts';
import { foldersOf, type Restore } from '../../../model/restore.ts';
import { createSetStore } from '../../../operations/backups/set-store.ts';
import { createRestoreRecords } from '../../../operations/restores/records.ts';
import type { Replay } from '../../../operations/restores/restore-into.ts';
import { switchData } from '../../../operations/restores/switch-data.ts';
import { createWholeRestores, type Renewal } from '../../../operations/restores/whole-restores.ts';
import { REPLAY } from '../../../parts/restores.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import { createFolderBackupTarget } from '../../../stores/backup-targets/folder/folder-backup-target.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { SWITCHED } from './switched.ts';

const log = createLog({ level: 'silent' });

let folder: string;
let told: AuditEvent[];
let renewals: Renewal[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-data-'));
  [told, renewals] = [[], []];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NOTHING: Replay = { ...REPLAY, since: async () => ({ erasures: [], policies: [] }) };
function wholeRestores(replay: Replay = NOTHING) {
  const target = createFolderBackupTarget({ directory: join(folder, 'backups') });
  return createWholeRestores({
    ...{ folder, files: [], replay, log, now: () => new Date() },
    sets: createSetStore(target, createLocalKeyWrapper({ current: randomBytes(32) })),
    graph: createEmbeddedGraphStore({ directory: join(folder, 'graph'), log }),
    open: () => Promise.reject(new Error('there is nothing to do again')),
    renew: (renewal) => void renewals.push(renewal),
    record: async (events) => void told.push(...events),
  });
}
const standing = () => createRestoreRecords(folder).get(SWITCHED.id);
const put = (restore: Restore) => createRestoreRecords(folder).put(restore);
const asked = (): Renewal => {
  const [renewal] = renewals;
  if (renewal === undefined) throw new Error('Nothing was begun.');
  return renewal;
};
async function switched(): Promise<void> {
  const { beside, kept } = foldersOf(SWITCHED);
  for (const at of ['.', beside]) await mkdir(join(folder, at, 'graph'), { recursive: true });
  await switchData(folder, { from: beside, keep: kept, set: SWITCHED.backup, at: SWITCHED.switchedAt ?? '' });
  await put(SWITCHED);
}

test('what was decided cannot be read: it is not reverted, says so, and no switch is told', async () => {
  await switched();
  const since = () => Promise.reject(new Problem('UNAVAILABLE', 'The erasures are unreadable.'));
  await wholeRestores({ ...REPLAY, since }).revert(SWITCHED.id);
  await expect(asked().last()).rejects.toThrow('unreadable');
  await wholeRestores().start();
  expect(await standing()).toMatchObject({
    state: 'SWITCHED',
    problem: 'The erasures are unreadable.',
  });
  expect(told).toEqual([]);
});

test('a process that ends before it is reverted leaves what was told already', async () => {
  await switched();
  await put({ ...SWITCHED, state: 'REVERTING' });
  await wholeRestores().start();
  expect(await standing()).toMatchObject({
    state: 'SWITCHED',
    problem: expect.stringContaining('the process ended'),
  });
  expect(told).toEqual([]);
});

test('a process that ends in a switch has it told once', async () => {
  await switched();
  await put({ ...SWITCHED, state: 'SWITCHING' });
  await wholeRestores().start();
  await wholeRestores().start();
  expect(told).toMatchObject([{ action: 'switchRestore', outcome: 'DONE' }]);
});

test('a record that cannot be written keeps nothing shut', async () => {
  await switched();
  const whole = wholeRestores();
  await whole.revert(SWITCHED.id);
  await asked().last();
  // In the place of the record, which nothing can replace then.
  const record = join(folder, 'restores', `${SWITCHED.id}.json`);
  await rm(record);
  await mkdir(record);
  await expect(asked().between()).resolves.toBeUndefined();
  await expect(wholeRestores().start()).resolves.toBeUndefined();
});

test('into an empty folder: it is not reverted, and goes on as it is', async () => {
  await switched();
  await rm(join(folder, foldersOf(SWITCHED).kept, 'graph'), { recursive: true });
  await writeFile(join(folder, 'graph', 'what'), 'restored');
  await expect(wholeRestores().revert(SWITCHED.id)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('There was nothing in'),
  });
  expect(renewals).toEqual([]);
  expect(await standing()).toMatchObject({ state: 'SWITCHED' });
});
