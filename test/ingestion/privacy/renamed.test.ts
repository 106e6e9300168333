/**
 * Documents without a caller's key get another id when a privacy policy reaches them while they wait: of what was sent of
 * them, under whichever id, the last one stays, and nothing is left of the id that they had.
 */

import { afterEach, expect, test, vi } from 'vitest';
import { CONFIDENCE_MIN, type PersonalDataAction } from '../../../model/personal-data.ts';
import { createInProcessQueue } from '../../../platform/queue/in-process.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { openRooms, type Rooms, type RoomsOptions, TENANT } from '../harness.ts';

let rooms: Rooms;
const open = async (options: RoomsOptions = {}) => {
  rooms = await openRooms(options);
};
afterEach(() => rooms.close());

const decide = (otherwise: PersonalDataAction) =>
  rooms.privacyPolicies.set(
    { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] },
    { collection: null, otherwise, rules: [], confidenceMin: CONFIDENCE_MIN },
  );
/** Of one content; later than whatever was sent before. */
async function send(shelf: string): Promise<{ readonly jobId: string; readonly documentId: string }> {
  const before = Date.now();
  await vi.waitUntil(() => Date.now() > before, { interval: 1 });
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'mail', [
    { content: 'Wilhelmina Quastenberg grows roses.', metadata: { shelf } },
  ]);
  return { jobId: jobId ?? '', documentId: accepted[0]?.documentId ?? '' };
}
const done = (jobIds: readonly string[]) =>
  vi.waitFor(
    async () =>
      expect(await rooms.ingestion.jobs(TENANT, jobIds)).toMatchObject(
        jobIds.map(() => ({ state: 'SUCCEEDED', failures: [] })),
      ),
    { timeout: 50_000, interval: 50 },
  );
/** Other workers do the jobs, one after another. */
async function workedOff(jobIds: readonly string[]): Promise<void> {
  const queue = createInProcessQueue();
  const worker = await rooms.joinWorker({ queue });
  try {
    for (const jobId of jobIds) {
      await queue.push([jobId]);
      await done([jobId]);
    }
  } finally {
    await worker.close();
    await queue.close();
  }
}
async function expectOne(shelf: string): Promise<void> {
  const found = await rooms.graph.read(
    statement('test.documents', 'MATCH (d:Document) RETURN d.metadata AS metadata', {}, (row) =>
      JSON.parse(String(row['metadata'])),
    ),
  );
  expect(found).toEqual([{ shelf }]);
  expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0, Removal: 0 });
}

test('what is sent plain behind a version from under the policy is the latest', async () => {
  await open();
  await decide('PSEUDONYMISE');
  await done([(await send('old')).jobId]);
  await rooms.worker.close();
  await decide('KEEP');
  const later = await send('new');
  await decide('PSEUDONYMISE');
  await workedOff([later.jobId]);
  await expectOne('new');
});

test.each(['first', 'last'])('and so it is where that version waits, and is worked on %s', async (when) => {
  await open();
  await rooms.worker.close();
  await decide('PSEUDONYMISE');
  const earlier = await send('old');
  await decide('KEEP');
  const later = await send('new');
  await decide('PSEUDONYMISE');
  const jobIds = [earlier.jobId, later.jobId];
  await workedOff(when === 'first' ? jobIds : jobIds.toReversed());
  await expectOne('new');
});

test('what was sent before it keeps its order among itself, should nothing come of that version', async () => {
  let cancelled = '';
  await open({
    wrapVectors: (vectors) => ({
      ...vectors,
      apply: async (...given) => {
        const applied = await vectors.apply(...given);
        if (cancelled !== '') await rooms.ingestion.cancel(TENANT, cancelled);
        cancelled = '';
        return applied;
      },
    }),
  });
  await rooms.worker.close();
  const first = await send('first');
  const second = await send('second');
  await decide('PSEUDONYMISE');
  cancelled = (await send('third')).jobId;
  await workedOff([second.jobId, first.jobId]);
  expect(cancelled).toBe('');
  await expectOne('second');
});

test('what was read under no policy is written to its document, though another batch has renamed that under one that came and went', async () => {
  let arrived = 0;
  const decided = Promise.withResolvers<void>();
  await open({
    startWorker: false,
    wrapVectors: (vectors) => ({
      ...vectors,
      apply: async (changes, ...rest) => {
        const applied = await vectors.apply(changes, ...rest);
        if (!changes.some(({ chunks = [] }) => chunks.length > 0)) return applied;
        arrived += 1;
        if (arrived > 1) {
          await decided.promise;
          return applied;
        }
        await vi.waitUntil(() => arrived > 1, { timeout: 50_000, interval: 5 });
        await decide('PSEUDONYMISE');
        decided.resolve();
        await vi.waitUntil(async () => (await rooms.counts())['Submission'] === 1, {
          timeout: 50_000,
          interval: 50,
        });
        await decide('KEEP');
        return applied;
      },
    }),
  });
  const earlier = await send('old');
  const later = await send('new');
  await rooms.worker.start();
  await done([earlier.jobId, later.jobId]);
  await expectOne('new');
  expect(await rooms.vectors.matching([earlier.documentId], { tenant: TENANT })).toEqual(new Set());
});
