/** What was erased by metadata does not come back, under whichever id a backup has it. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eraseAgain, erasuresSince } from '../../../ingestion/retention/erase-again.ts';
import { createErasures } from '../../../ingestion/retention/erasure.ts';
import type { Principal } from '../../../model/principal.ts';
import { isOver } from '../../../model/privacy-treatment.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { archiveFolder, openArchive } from '../archive/harness.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';
import { restoreTenant } from './restore-tenant.ts';

const SLOW_MS = 240_000;
const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };
const DOCUMENTS = [
  { content: 'Wilhelmina Quastenberg grows roses.', metadata: { customer: { id: 'c-4711' } } },
  { content: 'Somebody repairs bicycles.', metadata: { customer: { id: 'c-4712' } } },
];
const SELECTION = { collection: 'mail', metadata: [{ key: 'customer.id', in: ['c-4711'] }] };

let [backup, running]: Rooms[] = [];
let cutAt: string;
beforeEach(async () => {
  [backup, running] = [await openRooms({ archive: openArchive(await archiveFolder()) }), await openRooms()];
  for (const rooms of [backup, running]) {
    const { jobId } = await rooms.ingestion.submit(TENANT, 'mail', DOCUMENTS);
    await rooms.finished(jobId);
  }
  cutAt = new Date().toISOString();
});
afterEach(async () => {
  await backup?.close();
  await running?.close();
});

const both = (): readonly [Rooms, Rooms] => {
  if (backup === undefined || running === undefined) throw new Error('both are open');
  return [backup, running];
};
const erase = () => {
  const erasures = createErasures({ ...both()[1], now: () => new Date(), pseudonymsOf: async () => [] });
  return erasures.erase(ADA, { names: [], selection: SELECTION, reason: 'request 12' });
};
/** From here on they have another id than in the backup. */
async function renamed(): Promise<void> {
  const [, { privacyPolicies, privacyTreatments }] = both();
  const policy = { collection: null, otherwise: 'PSEUDONYMISE' as const, rules: [], confidenceMin: 0.5 };
  await privacyPolicies.set(ADA, policy);
  const { id } = await privacyTreatments.begin(ADA, null);
  await vi.waitFor(
    async () => {
      const found = (await privacyTreatments.list(TENANT)).find((one) => one.id === id);
      if (found === undefined || !isOver(found)) throw new Error(JSON.stringify(found));
      expect(found).toMatchObject({ state: 'SUCCEEDED', treated: 2 });
    },
    { timeout: 60_000, interval: 50 },
  );
}
const metadataIn = (rooms: Rooms) =>
  rooms.graph.read(
    statement('test.documents', 'MATCH (d:Document) RETURN d.metadata AS metadata', {}, (row) =>
      JSON.parse(String(row['metadata'])),
    ),
  );
const OTHERS = [{ customer: { id: 'c-4712' } }];

test('nor with the whole, where it was erased under another id', { timeout: SLOW_MS }, async () => {
  const [from, into] = both();
  await renamed();
  expect((await erase()).documentIds).toHaveLength(1);
  expect(await metadataIn(into)).toEqual(OTHERS);
  const erasures = await erasuresSince(into.graph, cutAt);
  expect(JSON.stringify(erasures)).not.toMatch(/4711|customer/);
  expect((await eraseAgain(from, erasures, 'RELEASED')).erased).toHaveLength(1);
  expect(await metadataIn(from)).toEqual(OTHERS);
  // Another restore from there would do it once more.
  expect(await erasuresSince(from.graph, cutAt)).toEqual(erasures);
});

test('nor out of an archive of the backup', { timeout: SLOW_MS }, async () => {
  const [from, into] = both();
  const ids = await from.graph.read(
    statement('test.ids', 'MATCH (d:Document) RETURN d.id AS id', {}, (row) => String(row['id'])),
  );
  const { archived } = await from.archives.archive(TENANT, { ids, by: 'ada', reason: 'old' });
  expect(archived).toHaveLength(2);
  await renamed();
  await erase();
  await eraseAgain(from, await erasuresSince(into.graph, cutAt), 'RELEASED');
  const wanted = { collection: null, states: [], after: '', limit: 10 };
  await vi.waitFor(
    async () =>
      expect((await from.archives.list(TENANT, wanted)).map(({ metadata }) => metadata)).toEqual(OTHERS),
    { timeout: 20_000, interval: 50 },
  );
});

test.each([
  ['before', false],
  ['while it is under way', true],
])('nor with a part, where it had been deleted when it was erased %s', async (_, isLate) => {
  const [from, into] = both();
  const [{ id: gone } = { id: '' }] = await into.graph.read(
    statement(
      'test.ids',
      `MATCH (d:Document) WHERE d.metadata CONTAINS 'c-4711' RETURN d.id AS id`,
      {},
      (row) => ({ id: String(row['id']) }),
    ),
  );
  await into.ingestion.delete(TENANT, { ids: [gone], keys: [], collectionId: null });
  if (!isLate) expect((await erase()).documentIds).toEqual([]);
  let once = isLate;
  const content: Rooms['content'] = {
    ...from.content,
    get: async (wanted) => {
      if (once) await erase();
      once = false;
      return from.content.get(wanted);
    },
  };
  const restore = await restoreTenant(into, { staged: { ...from, content }, cutAt });
  expect(once).toBe(false);
  expect(restore).toMatchObject({ state: 'DONE', receipt: { restored: 0, unchanged: 1, erased: 1 } });
  expect(await metadataIn(into)).toEqual(OTHERS);
});

test('what an earlier version of Trellis kept of an erasure is read as before', async () => {
  const [from] = both();
  const properties = {
    ...{ tenant: TENANT, at: cutAt, erasedBy: 'ada', reason: 'request 11', documentIds: ['doc_1'] },
    subjects: [],
  };
  await from.graph.write([
    statement('test.old', `MERGE (x:Erasure {id: 'era_old'}) SET x += $properties`, { properties }, () => 0),
  ]);
  expect(await erasuresSince(from.graph, '')).toEqual([{ id: 'era_old', ...properties, selection: null }]);
});
