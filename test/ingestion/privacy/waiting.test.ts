/** A privacy policy that is set while documents wait, or are being indexed, reaches them. */

import { afterEach, expect, test, vi } from 'vitest';
import type { DocumentInput } from '../../../ingestion/document-input.ts';
import { contentHash } from '../../../model/ids.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { openRooms, type Rooms, type RoomsOptions, TENANT } from '../harness.ts';

const LETTER: DocumentInput = {
  key: 'wilhelmina.q@canary.example',
  title: 'A letter from Wilhelmina Quastenberg',
  content: 'Wilhelmina Quastenberg grows roses.',
  metadata: { author: 'Wilhelmina Quastenberg' },
  knowledge: { entities: [{ name: 'Wilhelmina Quastenberg', type: 'person' }], triples: [] },
};
const PLAIN = contentHash(Buffer.from(LETTER.content ?? ''));

let rooms: Rooms;
const open = async (options: RoomsOptions = {}) => {
  rooms = await openRooms(options);
};
afterEach(() => rooms.close());

const decide = () =>
  rooms.privacyPolicies.set(
    { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] },
    { collection: null, otherwise: 'PSEUDONYMISE', rules: [], confidenceMin: 0.5 },
  );

async function expectNothingPlain(): Promise<void> {
  for (const label of ['Document', 'Chunk', 'Entity', 'Name', 'Submission']) {
    const rows = await rooms.graph.read(
      statement('test.all', `MATCH (n:${label}) RETURN properties(n) AS all`, {}, (row) =>
        JSON.stringify(row),
      ),
    );
    expect(rows.length > 0 || label === 'Name' || label === 'Submission').toBe(true);
    for (const row of rows) expect(row, label).not.toMatch(/uastenberg|canary/);
  }
  expect(await rooms.content.has([{ tenant: TENANT, hash: PLAIN }])).toEqual([false]);
  // As if it had come under the policy.
  expect(await rooms.ingestion.submit(TENANT, 'mail', [LETTER])).toMatchObject({ jobId: null });
}

test('what waits is indexed under it, and its raw bytes are kept sealed from then on', async () => {
  await open();
  await rooms.worker.close();
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'mail', [LETTER]);
  expect(await rooms.content.has([{ tenant: TENANT, hash: PLAIN }])).toEqual([true]);
  await decide();
  const worker = await rooms.joinWorker({});
  try {
    // The other worker tells of its jobs elsewhere.
    await vi.waitFor(
      async () =>
        expect(await rooms.ingestion.jobs(TENANT, [jobId ?? ''])).toMatchObject([
          { state: 'SUCCEEDED', failures: [] },
        ]),
      { timeout: 50_000, interval: 100 },
    );
  } finally {
    await worker.close();
  }
  expect(await rooms.counts()).toMatchObject({ Document: 1, Submission: 0, Removal: 0 });
  await expectNothingPlain();
  const document = accepted[0]?.documentId ?? '';
  const [text = ''] = await rooms.graph.read(
    statement('test.texts', 'MATCH (c:Chunk) RETURN c.text AS text', {}, (row) => String(row['text'])),
  );
  const pseudonyms = [/PERSON[a-z2-7]{16}/.exec(text)?.[0] ?? ''];
  const asked = { document, pseudonyms, reason: 'a complaint' };
  expect(
    await rooms.pseudonyms.reveal({ subject: 'eve', tenant: TENANT, scopes: ['privacy:reveal'] }, asked),
  ).toMatchObject([{ value: 'Wilhelmina Quastenberg' }]);
});

test('what was read before it, and is written behind it, is read again', async () => {
  let once = true;
  await open({
    wrapVectors: (vectors) => ({
      ...vectors,
      apply: async (changes, ...rest) => {
        const applied = await vectors.apply(changes, ...rest);
        if (once && changes.some(({ chunks = [] }) => chunks.length > 0)) {
          once = false;
          await decide();
        }
        return applied;
      },
    }),
  });
  const { jobId } = await rooms.ingestion.submit(TENANT, 'mail', [LETTER]);
  expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED', failures: [] });
  expect(once).toBe(false);
  await expectNothingPlain();
  const [hits] = await rooms.vectors.searchKeyword([{ text: 'Quastenberg', limit: 9 }], { tenant: TENANT });
  expect(hits).toEqual([]);
});

/** Ids of all documents, and how many of them have a version. */
const documents = () =>
  rooms.graph.read(
    statement(
      'test.documents',
      'MATCH (d:Document) RETURN d.id AS id, d.versionHash AS version, d.metadata AS metadata',
      {},
      (row) => ({
        id: String(row['id']),
        isThere: row['version'] !== null,
        metadata: String(row['metadata']),
      }),
    ),
  );
const withWorker = async (jobIds: readonly (string | null)[]) => {
  const worker = await rooms.joinWorker({});
  try {
    await vi.waitFor(
      async () =>
        expect(await rooms.ingestion.jobs(TENANT, jobIds.map(String))).toMatchObject(
          jobIds.map(() => ({ state: 'SUCCEEDED', failures: [] })),
        ),
      { timeout: 50_000, interval: 100 },
    );
  } finally {
    await worker.close();
  }
};

test('what waits without a key of its own is named by no hash of its plain text from then on', async () => {
  await open();
  await rooms.worker.close();
  const { key: _, ...keyless } = LETTER;
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'mail', [keyless]);
  await decide();
  await withWorker([jobId]);
  const [found, ...others] = await documents();
  expect(others).toEqual([]);
  expect(found).toMatchObject({ isThere: true });
  expect(found?.id).not.toBe(accepted[0]?.documentId);
  // As if it had come under the policy.
  const again = await rooms.ingestion.submit(TENANT, 'mail', [keyless]);
  expect(again.accepted).toMatchObject([{ documentId: found?.id, outcome: 'UNCHANGED' }]);
  expect(await rooms.counts()).toMatchObject({ Document: 1, Submission: 0, Removal: 0 });
});

test('what waits without a key of its own gives way to the same that was sent behind the policy', async () => {
  await open();
  await rooms.worker.close();
  const keyless = { content: LETTER.content ?? '', metadata: { shelf: 'old' } };
  const before = await rooms.ingestion.submit(TENANT, 'mail', [keyless]);
  const twice = await rooms.ingestion.submit(TENANT, 'mail', [{ ...keyless, metadata: { shelf: 'older' } }]);
  await decide();
  const after = await rooms.ingestion.submit(TENANT, 'mail', [{ ...keyless, metadata: { shelf: 'new' } }]);
  await withWorker([before.jobId, twice.jobId, after.jobId]);
  expect((await documents()).map(({ metadata }) => JSON.parse(metadata))).toEqual([{ shelf: 'new' }]);
  expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0, Removal: 0 });
});
