/** Whoever was erased by name does not come back with a document that was deleted before the erasure. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Staged } from '../../../ingestion/restoring/staged-versions.ts';
import { createErasures } from '../../../ingestion/retention/erasure.ts';
import { collectionId } from '../../../model/ids.ts';
import type { Principal } from '../../../model/principal.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';
import { restoreTenant } from './restore-tenant.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] };
const DOCUMENTS = [
  {
    key: 'a',
    content: 'Wilma Zorblax wrote a letter from Bergen.',
    knowledge: {
      entities: [{ name: 'Wilma Zorblax', type: 'PERSON', aliases: ['Countess of Nowhere'] }],
      triples: [],
    },
  },
  { key: 'b', content: 'Ottoline Fitch wrote a letter from Bergen.' },
];

let [backup, running]: Rooms[] = [];
beforeEach(async () => {
  [backup, running] = [await openRooms(), await openRooms()];
  for (const rooms of [backup, running]) {
    const { jobId } = await rooms.ingestion.submit(TENANT, 'letters', DOCUMENTS);
    await rooms.finished(jobId);
  }
});
afterEach(async () => {
  await backup?.close();
  await running?.close();
});

const both = (): readonly [Rooms, Rooms] => {
  if (backup === undefined || running === undefined) throw new Error('both are open');
  return [backup, running];
};
const erase = (name: string) => {
  const [, into] = both();
  const erasures = createErasures({ ...into, now: () => new Date(), pseudonymsOf: async () => [] });
  return erasures.erase(ADA, { names: [name], selection: null, reason: 'request 12' });
};
const deleteAll = () => {
  const [, into] = both();
  return into.ingestion.delete(TENANT, {
    ids: [],
    keys: ['a', 'b'],
    collectionId: collectionId(TENANT, 'letters'),
  });
};

function restored(cutAt: string, staged: Staged) {
  const [, into] = both();
  return restoreTenant(into, { staged, cutAt });
}

async function expectOneBack(receipt: unknown): Promise<void> {
  const [, into] = both();
  expect(receipt).toMatchObject({ restored: 1, erased: 1, failed: 0 });
  expect(await into.counts()).toMatchObject({ Document: 1, Chunk: 1 });
  for (const word of ['Zorblax', 'Nowhere'])
    expect(await into.vectors.searchKeyword([{ text: word, limit: 9 }], { tenant: TENANT })).toEqual([[]]);
}

test.each(['Wilma Zorblax', 'WILMA ZORBLAX', 'Countess of Nowhere'])(
  'a restore of a part leaves out what names %s, though the erasure found nothing any more',
  async (name) => {
    const cutAt = new Date().toISOString();
    await deleteAll();
    expect((await erase(name)).documentIds).toEqual([]);
    const { state, receipt } = await restored(cutAt, both()[0]);
    expect(state).toBe('DONE');
    await expectOneBack(receipt);
  },
);

test('nor does it bring back what names somebody who is erased while it is under way', async () => {
  const [from] = both();
  const cutAt = new Date().toISOString();
  await deleteAll();
  let once = true;
  const content: Rooms['content'] = {
    ...from.content,
    get: async (wanted) => {
      if (once) {
        once = false;
        await erase('Wilma Zorblax');
      }
      return from.content.get(wanted);
    },
  };
  const { receipt } = await restored(cutAt, { ...from, content });
  expect(once).toBe(false);
  await expectOneBack(receipt);
});

test('nor what an erasure names that was noted, and waited with its documents, when the backup was cut', async () => {
  await deleteAll();
  await erase('Wilma Zorblax');
  const { receipt } = await restored(new Date().toISOString(), both()[0]);
  await expectOneBack(receipt);
});

test('what names others comes back', async () => {
  const cutAt = new Date().toISOString();
  await deleteAll();
  await erase('Somebody Else');
  expect((await restored(cutAt, both()[0])).receipt).toMatchObject({ restored: 2, erased: 0 });
});
