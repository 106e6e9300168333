/** A master key is retired: what it has sealed is wrapped by the next one, and is the same backup as before. */

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSetStore } from '../../../operations/backups/set-store.ts';
import { createKeyRing } from '../../../platform/sealing/key-ring.ts';
import type { KeyWrapper } from '../../../platform/sealing/key-wrapper.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import { type Desk, ingestSamples, openDesk } from './harness.ts';

const [former, next] = [randomBytes(32), randomBytes(32)];
const [onlyFormer, onlyNext, both] = [
  createLocalKeyWrapper({ current: former }),
  createLocalKeyWrapper({ current: next }),
  createLocalKeyWrapper({ current: next, previous: [former] }),
];

let desk: Desk;
/** The key of the moment. */
let key: KeyWrapper = onlyFormer;
let whole: string;
let reusing: string;
let cancelled: string;
beforeAll(async () => {
  desk = await openDesk({ wrapper: createKeyRing(() => [key]) });
  await ingestSamples(desk.rooms, { count: 4 });
  whole = (await desk.backUp()).id;
  await ingestSamples(desk.rooms, { from: 4, count: 1 });
  const second = await desk.backUp();
  reusing = second.id;
  expect(second.reusedBytes).toBeGreaterThan(0);
  const { signal } = new AbortController();
  await desk.backups.verify(reusing, 'RESTORE', { signal });
  const { id } = await desk.backups.begin({ scope: { kind: 'INSTALLATION' }, createdBy: 'ada' });
  await desk.backups.cancel(id);
  cancelled = id;
}, 120_000);
afterAll(() => desk.close());

const place = (name: string) => join(desk.folder, ...name.split('/'));
const parts = async () => {
  const found: string[] = [];
  for await (const { name } of desk.target.list('parts/'))
    found.push(name, (await readFile(place(name))).toString('base64'));
  expect(found.length).toBeGreaterThan(10);
  return found;
};
const storeWith = (wrapper: KeyWrapper) => createSetStore(desk.target, wrapper);

describe('a backup that is wrapped anew', () => {
  test('is left as it is where the key that sealed it is not known', async () => {
    const before = await readFile(place(`sets/${whole}/manifest.json`));
    key = onlyNext;
    await expect(desk.backups.rewrap(whole)).rejects.toMatchObject({ code: 'BACKUP_KEY_MISMATCH' });
    expect((await readFile(place(`sets/${whole}/manifest.json`))).equals(before)).toBe(true);
  });

  test('needs the key of now alone, with the parts of others that it reuses, and stays proven', async () => {
    key = onlyFormer;
    const before = await Promise.all([whole, reusing].map((id) => desk.backups.get(id)));
    const written = await parts();
    key = both;
    for (const id of [whole, reusing, cancelled]) await desk.backups.rewrap(id);
    key = onlyNext;
    const after = await Promise.all([whole, reusing].map((id) => desk.backups.get(id)));
    const [sealedBy] = onlyNext.masterKeyIds();
    expect(after).toEqual(before.map((backup) => ({ ...backup, sealedBy })));
    expect(after[1]?.verification).toMatchObject({ level: 'RESTORE', findings: [] });
    expect(await parts()).toEqual(written);
    await desk.restored(reusing);
    for (const id of [whole, reusing])
      await expect(storeWith(onlyFormer).open(id)).rejects.toMatchObject({ code: 'BACKUP_KEY_MISMATCH' });
  });

  test('is what it was signed as: one in another’s place is not made to look at home', async () => {
    const name = place(`sets/${reusing}/manifest.json`);
    const own = await readFile(name);
    await writeFile(name, await readFile(place(`sets/${whole}/manifest.json`)));
    await expect(desk.backups.rewrap(reusing)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    await writeFile(name, own);
  });

  test('waits for a backup that is under way, and for a verification', async () => {
    const { id } = await desk.backups.begin({ scope: { kind: 'INSTALLATION' }, createdBy: 'ada' });
    await expect(desk.backups.rewrap(whole)).rejects.toMatchObject({ code: 'CONFLICT' });
    await desk.backups.ended(id);
    await desk.backups.beginVerification(whole, 'HASHES');
    await expect(desk.backups.rewrap(whole)).rejects.toMatchObject({ code: 'CONFLICT' });
    for await (const _ of desk.backups.watch(whole, AbortSignal.timeout(60_000)));
    expect(await desk.backups.rewrap(whole)).toMatchObject({ state: 'SUCCEEDED' });
  });

  test('is one that there is', async () => {
    await expect(desk.backups.rewrap('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
