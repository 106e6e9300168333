/** What is wrong with a set is refused with a code and a sentence, whatever it is, before anybody believes it. */

import { randomBytes } from 'node:crypto';
import { copyFile, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSetStore } from '../../../operations/backups/set-store.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import { type Desk, ingestSamples, openDesk } from './harness.ts';

let desk: Desk;
let id: string;
let manifest: Buffer;
const kept = new Map<string, Buffer>();
beforeAll(async () => {
  desk = await openDesk();
  await ingestSamples(desk.rooms, { count: 4 });
  id = (await desk.backUp()).id;
  for (const path of await objects()) kept.set(path, await readFile(path));
  manifest = kept.get(place(`sets/${id}/manifest.json`)) ?? Buffer.alloc(0);
}, 120_000);
afterAll(() => desk.close());
beforeEach(async () => {
  for (const [path, bytes] of kept) await writeFile(path, bytes);
});

const place = (name: string) => join(desk.folder, ...name.split('/'));
async function objects(): Promise<readonly string[]> {
  const entries = await readdir(desk.folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
async function parts(): Promise<readonly string[]> {
  return (await objects()).filter((path) => path.endsWith('.bin')).toSorted();
}
async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, at);
  await file.close();
}
const last = async () => (await parts()).at(-1) ?? '';
const first = async () => (await parts())[0] ?? '';

const DAMAGES: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'a bit of a part is flipped',
    async () => flip(await last(), Math.floor((await stat(await last())).size / 2)),
  ],
  ['a part lacks its end', async () => truncate(await last(), (await stat(await last())).size - 1)],
  ['a part is empty', async () => truncate(await first(), 0)],
  ['a part has more than it had', async () => writeFile(await last(), 'more', { flag: 'a' })],
  ['a part is missing', async () => rm(await first())],
  ['one part lies in the place of another', async () => copyFile(await first(), await last())],
];

describe('a backup of which', () => {
  test.each(DAMAGES)('%s is found out by its hashes, and is not restored', async (_, damage) => {
    await damage();
    await expect(desk.restored(id)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    const { signal } = new AbortController();
    const { verification } = await desk.backups.verify(id, 'RESTORE', { signal });
    expect(verification?.level).toBe('HASHES');
    expect(verification?.findings).toEqual([expect.stringContaining('The part parts/')]);
  });

  test('the manifest was changed is refused whole', async () => {
    const text = manifest.toString('utf8').replace('"createdBy":"ada"', '"createdBy":"eve"');
    await writeFile(place(`sets/${id}/manifest.json`), text);
    await expect(desk.sets.open(id)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  });

  test('the manifest was changed is listed as none, and hides no other', async () => {
    const other = (await desk.backUp()).id;
    await flip(place(`sets/${other}/manifest.json`), 40);
    const all = await desk.backups.list();
    await rm(place(`sets/${other}`), { recursive: true });
    expect(all.map(({ state }) => state)).toEqual(['FAILED', 'SUCCEEDED']);
    expect(all[0]?.problem).toContain('not as it was');
  });

  test('the manifest lies in another set’s place is refused', async () => {
    const other = (await desk.backUp()).id;
    await writeFile(place(`sets/${other}/manifest.json`), manifest);
    await expect(desk.sets.open(other)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    await rm(place(`sets/${other}`), { recursive: true });
  });

  test('the manifest is missing is no backup', async () => {
    await rm(place(`sets/${id}/manifest.json`));
    await expect(desk.sets.open(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('the key is another one says which it needs', async () => {
    const stranger = createSetStore(desk.target, createLocalKeyWrapper({ current: randomBytes(32) }));
    await expect(stranger.open(id)).rejects.toMatchObject({
      code: 'BACKUP_KEY_MISMATCH',
      message: expect.stringContaining('TRELLIS_BACKUP_KEY'),
    });
  });
});

describe('a target that is full', () => {
  test('fails the backup, says so, and leaves nothing that counts; the next one goes on from there', async () => {
    let room = 10;
    const full = await openDesk({
      wrapTarget: (target) => ({
        ...target,
        put: (name, body, options) => {
          if (name.startsWith('parts/') && room-- <= 0)
            throw new Problem('UNAVAILABLE', 'The backup folder cannot be used (ENOSPC). Make room there.');
          return target.put(name, body, options);
        },
      }),
    });
    try {
      await ingestSamples(full.rooms, { count: 4 });
      const failed = await full.backUp();
      expect(failed).toMatchObject({ state: 'FAILED', problem: expect.stringContaining('Make room') });
      await expect(full.sets.open(failed.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      room = Number.POSITIVE_INFINITY;
      const backup = await full.backUp();
      expect(backup.state).toBe('SUCCEEDED');
      expect(backup.reusedBytes).toBeGreaterThan(0);
      expect((await full.backups.list()).map(({ state }) => state)).toEqual(['SUCCEEDED', 'FAILED']);
      await full.restored(backup.id);
    } finally {
      await full.close();
    }
  }, 120_000);
});
