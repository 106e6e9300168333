/** Archives of documents under a privacy policy: what only the tenant's key opens stays so, there and back. */

import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { confirmationFor } from '../../../ingestion/privacy/pseudonym-desk.ts';
import { createPseudonymsOfNames } from '../../../ingestion/privacy/pseudonyms-of-names.ts';
import { createErasures } from '../../../ingestion/retention/erasure.ts';
import type { PersonalDataAction } from '../../../model/personal-data.ts';
import type { Principal } from '../../../model/principal.ts';
import { createKeyFolder } from '../../../platform/tenant-keys/key-folder.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { documentsByIds } from '../../../stores/graph/statements/documents.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';
import { archiveFolder, expectAgreement, objectsIn, openArchive } from './harness.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };
const ALL = { collection: null, states: [], after: '', limit: 100 } as const;
const LETTERS = [
  {
    key: 'wilhelmina.q@canary.example',
    title: 'A letter from Wilhelmina Quastenberg',
    content: 'Wilhelmina Quastenberg grows roses.',
    metadata: { author: 'Wilhelmina Quastenberg' },
    knowledge: { entities: [{ name: 'Wilhelmina Quastenberg', type: 'person' }], triples: [] },
  },
  { content: 'Wilhelmina Quastenberg repairs bicycles.' },
];

let folder: string;
let rooms: Rooms;
beforeEach(async () => {
  folder = await archiveFolder();
  rooms = await openRooms({ archive: openArchive(folder) });
});
afterEach(() => rooms.close());

const decide = (action: PersonalDataAction) =>
  rooms.privacyPolicies.set(ADA, { collection: null, otherwise: action, rules: [], confidenceMin: 0.5 });
const archived = async () => {
  await decide('PSEUDONYMISE');
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'mail', LETTERS);
  await rooms.finished(jobId);
  const ids = accepted.map(({ documentId }) => documentId);
  const before = await rooms.graph.read(documentsByIds(TENANT, ids));
  const { archived: made, left } = await rooms.archives.archive(TENANT, { ids, by: 'ada', reason: 'old' });
  expect(left).toEqual([]);
  return { before, archives: made.map(({ id }) => id) };
};
const texts = async () =>
  (
    await rooms.graph.read(
      statement('test.texts', 'MATCH (c:Chunk) RETURN c.text AS text', {}, (row) => String(row['text'])),
    )
  ).toSorted();

describe('documents under a privacy policy', () => {
  test('are archived as they are sealed, and come back the same', async () => {
    const { before, archives } = await archived();
    expect(await rooms.counts()).toMatchObject({ Document: 0, Chunk: 0, Entity: 0, Removal: 0 });
    // Also for who has the master key of archives: what it opens is what the tenant's key seals.
    for (const id of archives) {
      const { bytes, ...told } = await openArchive(folder).get(id);
      expect(told).toMatchObject({ key: null, title: null, metadata: {}, knowledge: null });
      for (const text of [JSON.stringify(told), Buffer.from(bytes).toString('latin1')])
        expect(text).not.toMatch(/uastenberg|canary|roses|bicycles/);
    }
    expect((await objectsIn(folder)).size).toBe(4);
    const { refused, jobIds } = await rooms.archives.bringBack(TENANT, archives);
    expect(refused).toEqual([]);
    expect(await rooms.finished(jobIds[0] ?? '')).toMatchObject({ state: 'SUCCEEDED' });
    const after = await rooms.graph.read(
      documentsByIds(
        TENANT,
        before.map(({ id }) => id),
      ),
    );
    const bare = (documents: typeof before) =>
      documents.map(({ updatedAt: _, contentHash: __, ...rest }) => rest);
    expect(bare(after)).toEqual(bare(before));
    expect((await texts()).join(' ')).not.toContain('Quastenberg');
    expect(await rooms.ingestion.submit(TENANT, 'mail', LETTERS)).toMatchObject({ jobId: null });
    await expectAgreement(rooms);
  });

  test('come back under a policy that has changed only for who may reveal what is sealed', async () => {
    const { archives } = await archived();
    await decide('KEEP');
    const { comingBack, refused } = await rooms.archives.bringBack(TENANT, archives);
    expect(comingBack).toEqual([]);
    expect(refused.map(({ problem }) => problem.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const { jobIds } = await rooms.archives.bringBack(TENANT, archives, { mayReveal: true });
    await rooms.finished(jobIds[0] ?? '');
    expect(await texts()).toEqual(LETTERS.map(({ content }) => content).toSorted());
  });

  test('come back under no policy that was made weaker while they were on their way', async () => {
    const { archives } = await archived();
    await rooms.worker.close();
    const { comingBack, jobIds } = await rooms.archives.bringBack(TENANT, archives);
    expect(comingBack).toHaveLength(2);
    await decide('KEEP');
    const worker = await rooms.joinWorker({});
    try {
      await vi.waitFor(
        async () => {
          const [job] = await rooms.ingestion.jobs(TENANT, [...jobIds]);
          expect(job?.failures.map(({ code }) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
        },
        { timeout: 60_000, interval: 50 },
      );
    } finally {
      await worker.close();
    }
    expect(await texts()).toEqual([]);
  });

  test('are lost with the key, and nobody reads them any more', async () => {
    const { archives } = await archived();
    expect(await rooms.pseudonyms.destroyKey(ADA, confirmationFor(TENANT))).toHaveLength(1);
    const { comingBack, refused } = await rooms.archives.bringBack(TENANT, archives, { mayReveal: true });
    expect(comingBack).toEqual([]);
    for (const { problem } of refused)
      expect(problem).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('destroyed') });
    expect((await rooms.archives.list(TENANT, ALL)).map(({ state }) => state)).toEqual([
      'ARCHIVED',
      'ARCHIVED',
    ]);
  });

  test('are found by an erasure for whom the pseudonym stands', async () => {
    await archived();
    const tenantKeys = createKeyFolder({
      ...{ directory: join(rooms.directory, 'tenant-keys'), wrapper: null, now: () => new Date() },
    });
    const erasures = createErasures({
      ...{ ...rooms, now: () => new Date(), pseudonymsOf: createPseudonymsOfNames(tenantKeys) },
    });
    const receipt = await erasures.erase(ADA, {
      ...{ names: ['Wilhelmina Quastenberg'], selection: null, reason: 'request 12' },
    });
    expect(receipt.removed.archives).toBe(2);
    expect((await objectsIn(folder)).size).toBe(0);
  });

  test('that were archived before the policy come back under it', async () => {
    const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'mail', LETTERS);
    await rooms.finished(jobId);
    const ids = accepted.map(({ documentId }) => documentId);
    const { archived: made } = await rooms.archives.archive(TENANT, { ids, by: 'ada', reason: 'old' });
    await decide('REDACT');
    const back = await rooms.archives.bringBack(
      TENANT,
      made.map(({ id }) => id),
    );
    await rooms.finished(back.jobIds[0] ?? '');
    expect(await texts()).toEqual(['[person] grows roses.', '[person] repairs bicycles.']);
    const [first] = LETTERS;
    const again = await rooms.ingestion.submit(TENANT, 'mail', first === undefined ? [] : [first]);
    expect(again.accepted).toMatchObject([{ outcome: 'UNCHANGED' }]);
  });
});
