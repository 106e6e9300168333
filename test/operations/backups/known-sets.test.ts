/** What is remembered of sets is never what they were before: whoever removes them or wraps them anew, and whenever. */

import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { createKnownSets } from '../../../operations/backups/known-sets.ts';
import { createSetStore } from '../../../operations/backups/set-store.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import { type Desk, openDesk } from './harness.ts';

let desk: Desk;
afterEach(() => desk.close());

test('one that is looked at while it is removed is there no more afterwards', async () => {
  let looked = 0;
  desk = await openDesk({
    wrapTarget: (target) => ({
      ...target,
      remove: async (name) => {
        if (name.endsWith('/manifest.json')) {
          await desk.backups.get(id);
          looked += 1;
        }
        await target.remove(name);
      },
    }),
  });
  const { id } = await desk.backUp();
  await desk.backups.remove(id);
  expect(looked).toBe(1);
  await expect(desk.backups.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('one that another process has removed is there no more, and is not verified', async () => {
  const masterKey = randomBytes(32);
  desk = await openDesk({ masterKey });
  const { id } = await desk.backUp();
  expect(await desk.backups.get(id)).toMatchObject({ state: 'SUCCEEDED' });
  const other = await openDesk({ masterKey, folder: desk.folder });
  await other.backups.remove(id).finally(() => other.close());
  await expect(desk.backups.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(desk.backups.beginVerification(id, 'HASHES')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await desk.backups.list()).toEqual([]);
  expect(await desk.sets.ids()).toEqual([]);
});

test('one whose keys another process has wrapped anew is told of by the key of now', async () => {
  const [before, now] = [randomBytes(32), randomBytes(32)];
  const wrapper = createLocalKeyWrapper({ current: now, previous: [before] });
  desk = await openDesk({ wrapper: createLocalKeyWrapper({ current: before, previous: [now] }) });
  const { id, sealedBy } = await desk.backUp();
  expect((await desk.backups.get(id)).sealedBy).toBe(sealedBy);
  const other = await openDesk({ wrapper, folder: desk.folder });
  const rewrapped = await other.backups.rewrap(id).finally(() => other.close());
  expect(rewrapped.sealedBy).not.toBe(sealedBy);
  expect((await desk.backups.get(id)).sealedBy).toBe(rewrapped.sealedBy);
});

test('one that is read while its keys are wrapped anew is told of by the key of now', async () => {
  const [before, now] = [randomBytes(32), randomBytes(32)];
  desk = await openDesk({ masterKey: before });
  const { id, sealedBy } = await desk.backUp();
  const wrapper = createLocalKeyWrapper({ current: now, previous: [before] });
  const sets = createSetStore(desk.target, wrapper);
  const read = Promise.withResolvers<void>();
  const wrapped = Promise.withResolvers<void>();
  const known = createKnownSets({
    versionOf: sets.versionOf,
    open: async (...given) => {
      const set = await sets.open(...given);
      read.resolve();
      await wrapped.promise;
      return set;
    },
  });
  const look = known.listed(id);
  await read.promise;
  await sets.rewrap(id);
  known.forget(id);
  wrapped.resolve();
  expect((await look).sealedBy).toBe(sealedBy);
  expect((await known.listed(id)).sealedBy).toBe(sets.sealedBy());
});
