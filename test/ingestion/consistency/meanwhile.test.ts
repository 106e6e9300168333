/** Checks beside everything that goes on: nobody's work is a fault, and only one runs at a time. */

import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { createRetrieval } from '../../../retrieval/retrieval.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';
import { COLLECTION, checked, documentsOf, filledRooms, kindsOf, tamper } from './harness.ts';

vi.setConfig({ testTimeout: 180_000 });

let rooms: Rooms;
afterEach(() => rooms?.close());

const texts = (round: number) =>
  Array.from({ length: 12 }, (_, at) => ({
    key: `note-${at}`,
    title: `Note ${at} of round ${at % 3 === 0 ? 0 : round}`,
    content: `Zanzibar lies at ${at} degrees, as ${round} sailors of Mombasa told Ibn Battuta.`,
    mediaType: 'text/plain',
    metadata: { round },
  }));

test('what is ingested, changed and deleted meanwhile is no fault, with or without a repair', async () => {
  rooms = await filledRooms();
  let over = false;
  const busy = (async () => {
    for (let round = 1; round <= 4; round++) {
      const { jobId, accepted } = await rooms.ingestion.submit(TENANT, COLLECTION, texts(round));
      await rooms.finished(jobId);
      const gone = accepted.slice(0, 3).map(({ documentId }) => documentId);
      await rooms.ingestion.delete(TENANT, { ids: gone, keys: [], collectionId: null });
    }
    over = true;
  })();
  let checks = 0;
  while (!over || checks < 2) {
    const check = await checked(rooms, { mends: checks % 2 === 1 });
    expect(check).toMatchObject({ state: 'DONE', findings: [] });
    checks += 1;
  }
  await busy;
  expect((await checked(rooms)).findings).toEqual([]);
  const { hits } = await createRetrieval({
    ...rooms,
    languageModel: null,
    log: createLog({ level: 'silent' }),
  }).search(
    { tenant: TENANT, query: 'Zanzibar', first: 20, arms: ['KEYWORD'] },
    new AbortController().signal,
  );
  expect(hits.length).toBe(9);
});

test('a second check is refused while one is under way, and a tenant sees and mends its own part alone', async () => {
  rooms = await filledRooms();
  await rooms.checks.begin(null, { mends: false });
  await expect(rooms.checks.begin(null, { mends: true })).rejects.toMatchObject({ code: 'CONFLICT' });
  await vi.waitFor(async () => expect((await rooms.checks.last(null))?.state).toBe('DONE'), {
    timeout: 60_000,
    interval: 20,
  });
  for (const tenant of [TENANT, 'other'])
    await tamper(rooms, `CREATE (:Name {id: $id, tenant: $tenant, key: 'k', text: 'K'})`, {
      id: `nam_${tenant}`,
      tenant,
    });
  const mine = await checked(rooms, { tenant: 'other', mends: true });
  expect(mine.findings).toMatchObject([{ tenant: 'other', id: 'nam_other', isMended: true }]);
  expect((await checked(rooms)).findings).toMatchObject([{ tenant: TENANT, id: `nam_${TENANT}` }]);
});

test('a check that was cut off begins anew with whoever leads next', async () => {
  rooms = await filledRooms();
  const [first] = await documentsOf(rooms);
  await rooms.close();
  rooms = await openRooms({ directory: rooms.directory, startWorker: false });
  const begun = await rooms.checks.begin(null, { mends: false });
  await tamper(rooms, `MATCH (r:Consistency {id: 'consistency'}) SET r.state = 'RUNNING'`);
  await rooms.close();
  rooms = await openRooms({ directory: rooms.directory });
  await vi.waitFor(
    async () =>
      expect(await rooms.checks.last(null)).toMatchObject({
        state: 'DONE',
        requestedAt: begun.requestedAt,
        findings: [],
      }),
    { timeout: 120_000, interval: 20 },
  );
  expect(first?.chunks.length).toBeGreaterThan(0);
  expect(kindsOf((await checked(rooms)).findings)).toEqual([]);
});
