/** What people do while documents are treated: what they send wins, and what they delete or hold stays so. */

import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DocumentInput } from '../../../../ingestion/document-input.ts';
import { createHolds } from '../../../../ingestion/retention/holds.ts';
import type { PersonalDataAction } from '../../../../model/personal-data.ts';
import type { Principal } from '../../../../model/principal.ts';
import { isOver, type PrivacyTreatment } from '../../../../model/privacy-treatment.ts';
import { createLog } from '../../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../../stores/graph/embedded/embedded-graph-store.ts';
import { statement } from '../../../../stores/graph/graph-store.ts';
import { openRooms, type Rooms, TENANT } from '../../harness.ts';

const SLOW_MS = 240_000;
const silent = createLog({ level: 'silent' });
const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };
const ADMINISTRATOR: Principal = { ...ADA, scopes: ['admin:data'] };
const PEOPLE = 'people';
const KEYLESS: DocumentInput = {
  content: 'Wilhelmina Quastenberg grows roses.',
  metadata: { shelf: 'old' },
};

let rooms: Rooms;
beforeEach(async () => {
  rooms = await openRooms();
});
afterEach(() => rooms.close());

const decide = (action: PersonalDataAction) =>
  rooms.privacyPolicies.set(ADA, {
    ...{ collection: PEOPLE, otherwise: action, rules: [], confidenceMin: 0.5 },
  });
async function ingest(documents: readonly DocumentInput[]): Promise<string> {
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, PEOPLE, documents);
  expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED', failures: [] });
  return accepted[0]?.documentId ?? '';
}
const newest = async () => (await rooms.privacyTreatments.list(TENANT))[0];
/** Nobody works on its page yet. */
async function submitted(): Promise<void> {
  await rooms.privacyTreatments.begin(ADA, PEOPLE);
  await vi.waitFor(async () => expect((await newest())?.jobId).toEqual(expect.any(String)), {
    timeout: 60_000,
    interval: 50,
  });
}
const over = () =>
  vi.waitFor(
    async (): Promise<PrivacyTreatment> => {
      const found = await newest();
      if (found === undefined || !isOver(found)) throw new Error(JSON.stringify(found));
      return found;
    },
    { timeout: 60_000, interval: 50 },
  );
/** Another worker does what waits, and the treatment comes to its end. */
async function workedOff(): Promise<PrivacyTreatment> {
  const worker = await rooms.joinWorker({});
  try {
    const treatment = await over();
    await vi.waitFor(async () => expect(await rooms.counts()).toMatchObject({ Submission: 0 }), {
      timeout: 60_000,
      interval: 50,
    });
    return treatment;
  } finally {
    await worker.close();
  }
}
const documents = () =>
  rooms.graph.read(
    statement(
      'test.documents',
      'MATCH (d:Document) RETURN d.id AS id, d.metadata AS metadata',
      {},
      (row) => ({
        id: String(row['id']),
        metadata: String(row['metadata']),
      }),
    ),
  );

test('what is deleted while it is treated stays deleted, also where its id changes', {
  timeout: SLOW_MS,
}, async () => {
  const id = await ingest([KEYLESS]);
  await rooms.worker.close();
  await decide('PSEUDONYMISE');
  await submitted();
  await rooms.ingestion.delete(TENANT, { ids: [id], keys: [], collectionId: null });
  expect(await workedOff()).toMatchObject({ state: 'SUCCEEDED', treated: 0, unchanged: 1, failed: 0 });
  expect(await rooms.counts()).toMatchObject({ Document: 0, Chunk: 0, Removal: 0 });
});

test('what is put on hold while it is treated stays as it is, and has no double', {
  timeout: SLOW_MS,
}, async () => {
  const id = await ingest([KEYLESS]);
  await rooms.worker.close();
  await decide('PSEUDONYMISE');
  await submitted();
  await createHolds({ ...rooms, now: () => new Date() }).place(ADA, {
    ...{ name: 'case', reason: 'a lawsuit' },
    selection: { collection: null, metadata: [{ key: 'shelf', in: ['old'] }] },
  });
  expect(await workedOff()).toMatchObject({ state: 'PARTIAL', treated: 0, held: 1, failed: 0 });
  expect((await documents()).map((one) => one.id)).toEqual([id]);
});

test('what is sent again while its id changes wins', { timeout: SLOW_MS }, async () => {
  await ingest([KEYLESS]);
  await rooms.worker.close();
  await decide('PSEUDONYMISE');
  await rooms.ingestion.submit(TENANT, PEOPLE, [{ ...KEYLESS, metadata: { shelf: 'new' } }]);
  await submitted();
  expect(await workedOff()).toMatchObject({ state: 'SUCCEEDED', held: 0, failed: 0 });
  expect((await documents()).map(({ metadata }) => JSON.parse(metadata))).toEqual([{ shelf: 'new' }]);
});

test('what came under another policy than it was indexed under is known by the one that it was', {
  timeout: SLOW_MS,
}, async () => {
  await decide('PSEUDONYMISE');
  await rooms.worker.close();
  await rooms.ingestion.submit(TENANT, PEOPLE, [{ ...KEYLESS, key: 'a' }]);
  await decide('REDACT');
  const worker = await rooms.joinWorker({});
  try {
    await vi.waitFor(async () => expect(await rooms.counts()).toMatchObject({ Submission: 0 }), {
      timeout: 60_000,
      interval: 50,
    });
    await rooms.privacyTreatments.begin(ADMINISTRATOR, PEOPLE);
    expect(await over()).toMatchObject({ state: 'SUCCEEDED', unchanged: 1 });
    await decide('PSEUDONYMISE');
    await rooms.privacyTreatments.begin(ADA, PEOPLE);
    expect(await over()).toMatchObject({ state: 'SUCCEEDED', treated: 1 });
  } finally {
    await worker.close();
  }
});

test('what gets another id is there once at every moment', { timeout: SLOW_MS }, async () => {
  await rooms.close();
  const seen: number[] = [];
  rooms = await openRooms({
    createGraph: (directory) => {
      const graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log: silent });
      const visible = statement(
        'test.visible',
        'MATCH (d:Document) WHERE d.versionHash IS NOT NULL RETURN count(d) AS n',
        {},
        (row) => Number(row['n']),
      );
      return {
        ...graph,
        write: async (...given) => {
          const written = await graph.write(...given);
          seen.push((await graph.read(visible))[0] ?? 0);
          return written;
        },
      };
    },
  });
  const id = await ingest([KEYLESS]);
  await decide('PSEUDONYMISE');
  seen.length = 0;
  await rooms.privacyTreatments.begin(ADA, PEOPLE);
  expect(await over()).toMatchObject({ state: 'SUCCEEDED', treated: 1 });
  expect((await documents()).map((one) => one.id)).not.toContain(id);
  expect([...new Set(seen)]).toEqual([1]);
  expect(await rooms.counts()).toMatchObject({ Document: 1, Chunk: 1, Submission: 0, Removal: 0 });
});

test('a newer version that waits under the old id is not lost with it', { timeout: SLOW_MS }, async () => {
  const id = await ingest([KEYLESS]);
  await rooms.worker.close();
  await rooms.ingestion.submit(TENANT, PEOPLE, [{ ...KEYLESS, metadata: { shelf: 'new' } }]);
  await decide('PSEUDONYMISE');
  await submitted();
  await workedOff();
  expect((await documents()).map(({ metadata }) => JSON.parse(metadata))).toEqual([{ shelf: 'new' }]);
  expect((await documents()).map((one) => one.id)).toEqual([id]);
  const worker = await rooms.joinWorker({});
  try {
    await rooms.privacyTreatments.begin(ADA, PEOPLE);
    expect(await over()).toMatchObject({ state: 'SUCCEEDED', treated: 1 });
  } finally {
    await worker.close();
  }
  expect((await documents()).map((one) => one.id)).not.toContain(id);
});
