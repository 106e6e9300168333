/** A privacy policy applied to documents that were there before it, on real stores. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DocumentInput } from '../../../../ingestion/document-input.ts';
import { createHolds } from '../../../../ingestion/retention/holds.ts';
import { collectionId } from '../../../../model/ids.ts';
import type { PersonalDataAction } from '../../../../model/personal-data.ts';
import type { Principal } from '../../../../model/principal.ts';
import { isOver, type PrivacyTreatment } from '../../../../model/privacy-treatment.ts';
import { statement } from '../../../../stores/graph/graph-store.ts';
import { documentsByIds, documentsListed } from '../../../../stores/graph/statements/documents.ts';
import { pseudonymPattern } from '../../../../text/pseudonyms.ts';
import { expectAgreement } from '../../archive/harness.ts';
import { openRooms, type Rooms, TENANT } from '../../harness.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };
const PEOPLE = 'people';

let rooms: Rooms;
beforeEach(async () => {
  rooms = await openRooms();
});
afterEach(() => rooms.close());

const decide = (action: PersonalDataAction, collection: string | null = PEOPLE, tenant = TENANT) =>
  rooms.privacyPolicies.set(
    { ...ADA, tenant },
    { collection, otherwise: action, rules: [], confidenceMin: 0.5 },
  );

async function ingest(documents: readonly DocumentInput[], collection = PEOPLE, tenant = TENANT) {
  const { jobId, accepted } = await rooms.ingestion.submit(tenant, collection, documents);
  for await (const job of jobId === null
    ? []
    : rooms.ingestion.watch(tenant, jobId, AbortSignal.timeout(60_000)))
    expect(job.failures).toEqual([]);
  return accepted;
}

async function treated(collection: string | null = PEOPLE, tenant = TENANT): Promise<PrivacyTreatment> {
  const { id } = await rooms.privacyTreatments.begin({ ...ADA, tenant }, collection);
  return over(id, tenant);
}

const over = (id: string, tenant = TENANT) =>
  vi.waitFor(
    async () => {
      const found = (await rooms.privacyTreatments.list(tenant)).find((one) => one.id === id);
      if (found === undefined || !isOver(found)) throw new Error(JSON.stringify(found));
      return found;
    },
    { timeout: 60_000, interval: 50 },
  );

async function documents(collection = PEOPLE, tenant = TENANT) {
  const listing = { status: null, mediaTypes: null, updatedAfter: '', updatedBefore: null, after: '' };
  return rooms.graph.read(
    documentsListed({ ...listing, tenant, collectionId: collectionId(tenant, collection), limit: 1_000 }),
  );
}

const all = (label: string) =>
  rooms.graph.read(
    statement(
      'test.all',
      `MATCH (n:${label}) RETURN n.tenant AS tenant, n.text AS text, n.name AS name, n.knowledge AS knowledge, n.title AS title`,
      {},
      (row) => JSON.stringify(row),
    ),
  );
/** What the graph and the keyword index still have of it. */
const plainly = async (word: string, tenant = TENANT) => {
  const rows = (await Promise.all(['Document', 'Chunk', 'Entity', 'Name'].map(all))).flat();
  const [hits = []] = await rooms.vectors.searchKeyword([{ text: word, limit: 9 }], { tenant });
  return rows.filter((row) => row.includes(`"${tenant}"`) && row.includes(word)).length + hits.length;
};

const LETTER: DocumentInput = {
  key: 'a',
  title: 'A letter from Wilhelmina Quastenberg',
  content: '# About Wilhelmina Quastenberg\n\nWilhelmina Quastenberg works for the Northern Steel Company.',
  mediaType: 'text/markdown',
  metadata: { author: 'Wilhelmina Quastenberg' },
  knowledge: {
    entities: [{ name: 'Wilhelmina Quastenberg', type: 'person', aliases: ['Mina Q'] }],
    triples: [
      { subject: 'Wilhelmina Quastenberg', predicate: 'works for', object: 'Northern Steel Company' },
    ],
  },
};
const KEYLESS: DocumentInput = { content: 'Wilhelmina Quastenberg grows roses.' };

describe('a policy that is applied to what is there', () => {
  test('leaves nothing of the versions before in any store, and what it makes is recognised', async () => {
    const before = await ingest([LETTER, KEYLESS]);
    await ingest([{ key: 'other', content: 'Wilhelmina Quastenberg repairs bicycles.' }], 'others');
    const old = await rooms.graph.read(
      documentsByIds(
        TENANT,
        before.map(({ documentId }) => documentId),
      ),
    );
    expect(await plainly('Quastenberg')).toBeGreaterThan(3);
    await decide('PSEUDONYMISE');
    expect(await treated()).toMatchObject({
      ...{ state: 'SUCCEEDED', documents: 2, treated: 2, unchanged: 0, held: 0, failed: 0, untreated: [] },
      ...{ jobId: null, problem: null, requestedBy: 'ada', collectionId: collectionId(TENANT, PEOPLE) },
    });
    // The other collection has no policy.
    expect(await plainly('bicycles')).toBe(2);
    await decide('PSEUDONYMISE', 'others');
    expect(await treated(null)).toMatchObject({ state: 'SUCCEEDED', documents: 3, treated: 1, unchanged: 2 });
    expect([await plainly('Quastenberg'), await plainly('Mina')]).toEqual([0, 0]);
    const hashes = old.flatMap(({ contentHash, textHash }) => [contentHash, textHash ?? '']);
    expect(await rooms.content.has(hashes.map((hash) => ({ tenant: TENANT, hash })))).toEqual(
      hashes.map(() => false),
    );
    const now = await documents();
    expect(now.map(({ createdAt }) => createdAt)).toEqual(old.map(({ createdAt }) => createdAt));
    // A caller's key is kept; an id that was a hash of the text is not.
    expect(now.map(({ id }) => id)).toContain(before[0]?.documentId);
    expect(now.map(({ id }) => id)).not.toContain(before[1]?.documentId);
    const again = await rooms.ingestion.submit(TENANT, PEOPLE, [LETTER, KEYLESS]);
    expect(again.accepted.map(({ outcome }) => outcome)).toEqual(['UNCHANGED', 'UNCHANGED']);
    const letter = now.find(({ key }) => key === 'a');
    const [person = ''] = letter?.title.match(pseudonymPattern()) ?? [];
    const asked = { document: letter?.id ?? '', pseudonyms: [person], reason: 'a complaint' };
    expect(await rooms.pseudonyms.reveal(ADA, asked)).toMatchObject([{ value: 'Wilhelmina Quastenberg' }]);
    expect(rooms.recorded).toMatchObject([
      { tenant: TENANT, action: 'privacy treatment', outcome: 'DONE' },
      { detail: expect.stringContaining('1 treated, 2 unchanged, 0 held, 0 failed') },
    ]);
    await expectAgreement(rooms);
  });

  test('gives back what came, where it wants less than the one before', async () => {
    const [letter] = await ingest([LETTER, KEYLESS]);
    await decide('REDACT');
    expect(await treated()).toMatchObject({ treated: 2 });
    expect(await plainly('Quastenberg')).toBe(0);
    await decide('KEEP');
    expect(await treated()).toMatchObject({ state: 'SUCCEEDED', treated: 2 });
    const [found] = await rooms.graph.read(documentsByIds(TENANT, [letter?.documentId ?? '']));
    expect(found).toMatchObject({ title: LETTER.title, metadata: LETTER.metadata, key: 'a' });
    expect(await rooms.ingestion.submit(TENANT, PEOPLE, [LETTER, KEYLESS])).toMatchObject({ jobId: null });
    await expectAgreement(rooms);
  });

  test('opens nothing that is sealed for whoever may not reveal it', async () => {
    const [letter] = await ingest([LETTER]);
    await decide('PSEUDONYMISE');
    const administrator = { ...ADA, scopes: ['admin:data'] } as const;
    const apply = async () => over((await rooms.privacyTreatments.begin(administrator, PEOPLE)).id);
    expect(await apply()).toMatchObject({ state: 'SUCCEEDED', treated: 1 });
    await decide('KEEP');
    expect(await apply()).toMatchObject({
      ...{ state: 'PARTIAL', treated: 0, failed: 1 },
      untreated: [{ documentId: letter?.documentId, code: 'FORBIDDEN', hold: null }],
    });
    expect(await plainly('Quastenberg')).toBe(0);
    await decide('PSEUDONYMISE');
    expect(await apply()).toMatchObject({ state: 'SUCCEEDED', unchanged: 1 });
  });

  test('keeps to legal holds and says which documents they keep; another time it does what is left', async () => {
    const [letter] = await ingest([LETTER, KEYLESS]);
    const holds = createHolds({ ...rooms, now: () => new Date() });
    await holds.place(ADA, {
      ...{ name: 'case', reason: 'a lawsuit' },
      selection: { collection: null, metadata: [{ key: 'author', in: ['Wilhelmina Quastenberg'] }] },
    });
    await decide('PSEUDONYMISE');
    const first = await treated();
    expect(first).toMatchObject({ state: 'PARTIAL', treated: 1, held: 1, failed: 0 });
    expect(first.untreated).toMatchObject([
      { documentId: letter?.documentId, hold: 'case', code: 'CONFLICT' },
    ]);
    expect((await documents()).find(({ key }) => key === 'a')?.title).toBe(LETTER.title);
    await holds.release(TENANT, 'case');
    expect(await treated()).toMatchObject({ state: 'SUCCEEDED', treated: 1, unchanged: 1 });
    expect(await plainly('Quastenberg')).toBe(0);
  });

  test('tells of documents that it cannot treat, and treats the others', async () => {
    const [letter] = await ingest([LETTER, KEYLESS]);
    const [found] = await rooms.graph.read(documentsByIds(TENANT, [letter?.documentId ?? '']));
    await rooms.content.delete([{ tenant: TENANT, hash: found?.contentHash ?? '' }]);
    await decide('PSEUDONYMISE');
    const treatment = await treated();
    expect(treatment).toMatchObject({ state: 'PARTIAL', treated: 1, failed: 1 });
    expect(treatment.untreated).toMatchObject([
      { documentId: letter?.documentId, hold: null, message: expect.stringContaining('missing') },
    ]);
  });

  test.each(['before', 'after'] as const)(
    'never replaces what was sent %s it was submitted',
    async (when) => {
      await ingest([LETTER, { key: 'b', content: 'Wilhelmina Quastenberg grows roses.' }]);
      await rooms.worker.close();
      const send = () => rooms.ingestion.submit(TENANT, PEOPLE, [{ key: 'b', content: 'A newer letter.' }]);
      const sentBefore = when === 'before' ? await send() : null;
      await decide('PSEUDONYMISE');
      const { id } = await rooms.privacyTreatments.begin(ADA, PEOPLE);
      await vi.waitFor(
        async () =>
          expect((await rooms.privacyTreatments.list(TENANT))[0]?.jobId).toEqual(expect.any(String)),
        20_000,
      );
      const sent = sentBefore ?? (await send());
      const worker = await rooms.joinWorker({});
      try {
        expect(await over(id)).toMatchObject({ state: 'SUCCEEDED', held: 0, failed: 0 });
        await rooms.finished(sent.jobId);
      } finally {
        await worker.close();
      }
      expect(await rooms.counts()).toMatchObject({ Document: 2, Submission: 0 });
      expect([await plainly('newer'), await plainly('roses'), await plainly('Quastenberg')]).toEqual([
        2, 0, 0,
      ]);
    },
  );

  test('is cancelled between two documents that it treats, and what it did stays', async () => {
    await ingest([LETTER, KEYLESS]);
    await rooms.worker.close();
    await decide('PSEUDONYMISE');
    const { id } = await rooms.privacyTreatments.begin(ADA, null);
    await expect(rooms.privacyTreatments.begin(ADA, PEOPLE)).rejects.toMatchObject({ code: 'CONFLICT' });
    await vi.waitFor(
      async () => expect((await rooms.privacyTreatments.list(TENANT))[0]?.jobId).toEqual(expect.any(String)),
      20_000,
    );
    expect(await rooms.privacyTreatments.cancel(TENANT, id)).toMatchObject({ state: 'CANCELLING' });
    expect(await over(id)).toMatchObject({ state: 'CANCELLED', treated: 0, failed: 0 });
    await expect(rooms.privacyTreatments.cancel(TENANT, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await rooms.counts()).toMatchObject({ Document: 2, Submission: 0, Removal: 0 });
    await expectAgreement(rooms);
  });

  test('is of one tenant: no other one has its documents treated, sees it or ends it', async () => {
    await ingest([LETTER]);
    await ingest([LETTER], PEOPLE, 'rival');
    await decide('PSEUDONYMISE', PEOPLE, 'rival');
    await decide('PSEUDONYMISE');
    const ours = await treated(null);
    expect(ours).toMatchObject({ documents: 1, treated: 1 });
    expect(await plainly('Quastenberg', 'rival')).toBeGreaterThan(0);
    expect(await rooms.privacyTreatments.list('rival')).toEqual([]);
    await expect(rooms.privacyTreatments.cancel('rival', ours.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(rooms.privacyTreatments.begin(ADA, 'nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await treated(PEOPLE, 'rival')).toMatchObject({ treated: 1 });
    expect(await plainly('Quastenberg', 'rival')).toBe(0);
  });

  test('says why it cannot go on, and holds up nobody else', async () => {
    await ingest([LETTER]);
    await ingest([LETTER], PEOPLE, 'globex');
    await decide('PSEUDONYMISE');
    await rm(join(rooms.directory, 'tenant-keys'), { recursive: true });
    const stuck = await rooms.privacyTreatments.begin(ADA, PEOPLE);
    await decide('PSEUDONYMISE', PEOPLE, 'globex');
    expect(await treated(PEOPLE, 'globex')).toMatchObject({ state: 'SUCCEEDED', treated: 1 });
    const [there] = await rooms.privacyTreatments.list(TENANT);
    expect(there).toMatchObject({ id: stuck.id, state: 'RUNNING', treated: 0 });
    expect(there?.problem).toContain('key');
  });

  test('goes through more documents than it treats at a time', async () => {
    const many = Array.from({ length: 230 }, (_, at) => ({
      ...(at % 2 === 0 ? { key: `k${at}` } : {}),
      content: `Wilhelmina Quastenberg wrote letter ${at}.`,
    }));
    await ingest(many);
    await decide('PSEUDONYMISE');
    expect(await treated()).toMatchObject({ state: 'SUCCEEDED', documents: 230, treated: 230 });
    expect(await rooms.counts()).toMatchObject({ Document: 230, Chunk: 230, Submission: 0, Removal: 0 });
    expect(await plainly('Quastenberg')).toBe(0);
  });
});
