/** How long documents are kept, which must be kept, and erasure for somebody: on real stores, and through the API. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createExclusive } from '../../ingestion/exclusive.ts';
import { createErasures, type Erasures } from '../../ingestion/retention/erasure.ts';
import { createHolds, type Holds } from '../../ingestion/retention/holds.ts';
import { applyPolicies, createPolicies, type RetentionTools } from '../../ingestion/retention/policies.ts';
import type { AuditEvent } from '../../model/audit.ts';
import { entityId, nameId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import type { DocumentSelection } from '../../model/retention.ts';
import { createLog } from '../../platform/log.ts';
import { createLocalLeases } from '../../stores/graph/leases/local-leases.ts';
import { documentsListed } from '../../stores/graph/statements/documents.ts';
import { entitiesNamed } from '../../stores/graph/statements/entities.ts';
import { erasuresOfAll } from '../../stores/graph/statements/retention.ts';
import { entityKey } from '../../text/entity-key.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

const DAY_MS = 86_400_000;
const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] };
const EVERYTHING: DocumentSelection = { collection: null, metadata: [] };
const of = (key: string, ...texts: readonly string[]): DocumentSelection => ({
  collection: null,
  metadata: [{ key, in: texts }],
});

let rooms: Rooms;
let events: AuditEvent[];
let tools: RetentionTools & { readonly archives: Rooms['archives'] };
let holds: Holds;
let erasures: Erasures;
/** How many days from now it is. */
let daysOn: number;
beforeEach(async () => {
  rooms = await openRooms();
  events = [];
  daysOn = 0;
  const { graph, content, vectors } = rooms;
  tools = {
    graph,
    content,
    vectors,
    exclusive: rooms.exclusive,
    archives: rooms.archives,
    now: () => new Date(Date.now() + daysOn * DAY_MS),
    log: createLog({ level: 'silent' }),
    record: async (told) => void events.push(...told),
  };
  holds = createHolds(tools);
  erasures = createErasures({ ...tools, pseudonymsOf: async () => [] });
});
afterEach(() => rooms.close());

const ingest = async (collection: string, documents: Parameters<Rooms['ingestion']['submit']>[2]) => {
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, collection, documents);
  await rooms.finished(jobId);
  return accepted.map(({ documentId }) => documentId);
};
const keys = async () => {
  const listing = {
    tenant: TENANT,
    collectionId: null,
    status: null,
    mediaTypes: null,
    limit: 100,
    after: '',
  };
  const documents = await rooms.graph.read(
    documentsListed({ ...listing, updatedAfter: '', updatedBefore: null }),
  );
  return documents.map(({ key }) => key).toSorted();
};
const erase = (request: Partial<Parameters<Erasures['erase']>[1]>) =>
  erasures.erase(ADA, { names: [], selection: null, reason: 'asked to', ...request });
const applied = () => applyPolicies(tools, new AbortController().signal);

describe('a retention policy', () => {
  const policies = () => createPolicies(tools);

  test('deletes what has not changed for so long, and says so in the audit log', async () => {
    await ingest('mail', [{ key: 'old', content: 'An old letter.' }]);
    await ingest('notes', [{ key: 'note', content: 'A note.' }]);
    await policies().set(ADA, {
      name: 'mail',
      selection: { ...EVERYTHING, collection: 'mail' },
      days: 30,
      action: 'DELETE',
    });
    daysOn = 29;
    expect(await applied()).toBe(0);
    expect(events).toEqual([]);
    daysOn = 31;
    expect(await applied()).toBe(1);
    expect(await keys()).toEqual(['note']);
    expect(events).toMatchObject([
      { tenant: TENANT, action: 'retention', targets: ['mail'], outcome: 'DONE' },
    ]);
    expect(await policies().list(TENANT)).toMatchObject([{ name: 'mail', days: 30, deleted: 1 }]);
  });

  test('goes by metadata: a value, one of a list, or inside an object', async () => {
    await ingest('mail', [
      { key: 'a', content: 'One.', metadata: { class: 'draft' } },
      { key: 'b', content: 'Two.', metadata: { class: ['final', 'draft'] } },
      { key: 'c', content: 'Three.', metadata: { class: { of: 'draft' } } },
      { key: 'd', content: 'Four.', metadata: { class: 'final' } },
      { key: 'e', content: 'Five.' },
    ]);
    await policies().set(ADA, { name: 'drafts', selection: of('class', 'draft'), days: 1, action: 'DELETE' });
    daysOn = 2;
    expect(await applied()).toBe(2);
    await policies().set(ADA, {
      name: 'drafts',
      selection: of('class.of', 'draft'),
      days: 1,
      action: 'DELETE',
    });
    expect(await applied()).toBe(1);
    expect(await keys()).toEqual(['d', 'e']);
    expect(await policies().list(TENANT)).toMatchObject([{ name: 'drafts', deleted: 3 }]);
  });

  test('tells beforehand what it would delete, and leaves what is held', async () => {
    const [held = '', free = ''] = await ingest('mail', [
      { key: 'held', content: 'One.', metadata: { case: '4711' } },
      { key: 'free', content: 'Two.' },
    ]);
    await holds.place(ADA, { name: 'case 4711', selection: of('case', '4711'), reason: 'a lawsuit' });
    const policy = { name: 'all', selection: EVERYTHING, days: 1, action: 'DELETE' as const };
    await policies().set(ADA, policy);
    daysOn = 2;
    expect(await policies().preview(TENANT, policy)).toEqual({ documents: 1, held: 1, documentIds: [free] });
    expect(await applied()).toBe(1);
    expect(await keys()).toEqual(['held']);
    await holds.release(TENANT, 'case 4711');
    expect(await policies().preview(TENANT, policy)).toMatchObject({ documents: 1, documentIds: [held] });
    expect(await applied()).toBe(1);
  });

  test('is of one tenant, and can be taken away', async () => {
    await ingest('mail', [{ key: 'a', content: 'One.' }]);
    await policies().set(
      { ...ADA, tenant: 'other' },
      { name: 'all', selection: EVERYTHING, days: 1, action: 'DELETE' as const },
    );
    daysOn = 2;
    expect(await applied()).toBe(0);
    expect(await policies().list(TENANT)).toEqual([]);
    await expect(policies().remove(TENANT, 'all')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await policies().remove('other', 'all');
    expect(await policies().list('other')).toEqual([]);
  });

  test.each([
    ['days', { days: 0 }, /input.days/],
    ['a name', { name: ' ' }, /input.name/],
    ['a condition', { selection: of('k') }, /input.metadata.0.in/],
    ['a key', { selection: of(' ', 'x') }, /input.metadata.0.key/],
  ])('is refused without %s', async (_, wrong, field) => {
    const request = { name: 'n', selection: EVERYTHING, days: 1, action: 'DELETE' as const, ...wrong };
    await expect(policies().set(ADA, request)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      errors: [{ field: expect.stringMatching(field) }],
    });
  });
});

describe('a legal hold', () => {
  test('refuses a deletion that would take one of its documents, whole, until it is released', async () => {
    const [held = '', free = ''] = await ingest('mail', [
      { key: 'held', content: 'One.', metadata: { case: '4711' } },
      { key: 'free', content: 'Two.' },
    ]);
    await holds.place(ADA, { name: 'case', selection: of('case', '4711'), reason: 'a lawsuit' });
    const ask = () => rooms.ingestion.delete(TENANT, { ids: [held, free], keys: [], collectionId: null });
    await expect(ask()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/legal hold "case".*nothing/),
    });
    expect(await keys()).toEqual(['free', 'held']);
    await holds.release(TENANT, 'case');
    expect((await ask()).documentIds.toSorted()).toEqual([held, free].toSorted());
    await expect(holds.release(TENANT, 'case')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('refuses an erasure that would reach one of its documents', async () => {
    const [held = ''] = await ingest('mail', [
      { key: 'held', content: 'Ada Lovelace wrote it.', metadata: { case: '4711' } },
      { key: 'free', content: 'Ada Lovelace read it.' },
    ]);
    await holds.place(ADA, { name: 'case', selection: of('case', '4711'), reason: 'a lawsuit' });
    expect(await erasures.plan(TENANT, { names: ['Ada Lovelace'], selection: null })).toMatchObject({
      held: [{ documentId: held, hold: 'case' }],
    });
    await expect(erase({ names: ['Ada Lovelace'] })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await keys()).toEqual(['free', 'held']);
  });
});

describe('a legal hold keeps the version that is there', () => {
  const text = async (key: string) => {
    const [hit] = (await rooms.vectors.searchKeyword([{ text: key, limit: 5 }], { tenant: TENANT }))[0] ?? [];
    return hit?.chunkId;
  };
  const hold = () => holds.place(ADA, { name: 'case', selection: of('case', '4711'), reason: 'a lawsuit' });
  /** Graph, indexes and contents. */
  const agree = async () => {
    await rooms.checks.begin(null, { mends: false });
    const over = async () => expect((await rooms.checks.last(null))?.state).toBe('DONE');
    await vi.waitFor(over, { timeout: 30_000 });
    expect(await rooms.checks.last(null)).toMatchObject({ findings: [] });
  };
  const HELD = { key: 'held', content: 'Zanzibar.', metadata: { case: '4711' } };

  test('against a new one, alone: the others of the call are taken', async () => {
    const [held = ''] = await ingest('mail', [HELD]);
    await hold();
    const call = [
      { key: 'new', content: 'Mauritius.' },
      { ...HELD, content: 'Madagascar.' },
      { key: 'new in the case', content: 'Réunion.', metadata: { case: '4711' } },
    ];
    const { jobId, accepted, rejected } = await rooms.ingestion.submit(TENANT, 'mail', call);
    expect(accepted.map(({ index }) => index)).toEqual([0, 2]);
    expect(rejected).toMatchObject([
      { index: 1, key: 'held', code: 'CONFLICT', message: expect.stringContaining('legal hold "case"') },
    ]);
    expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await text('Zanzibar')).toBeDefined();
    expect(await text('Madagascar')).toBeUndefined();
    expect((await rooms.ingestion.plan(TENANT, 'mail', call)).rejected).toHaveLength(1);
    // The metadata that it would get is no way out, and the same version is none.
    const again = await rooms.ingestion.submit(TENANT, 'mail', [{ ...HELD, metadata: { case: 'none' } }]);
    expect(again).toMatchObject({ jobId: null, rejected: [{ code: 'CONFLICT' }] });
    expect(await rooms.ingestion.submit(TENANT, 'mail', [HELD])).toMatchObject({
      accepted: [{ documentId: held, outcome: 'UNCHANGED' }],
      rejected: [],
    });
    await holds.release(TENANT, 'case');
    await ingest('mail', [{ ...HELD, content: 'Madagascar.' }]);
    expect([await text('Zanzibar'), await text('Madagascar')]).toEqual([undefined, expect.any(String)]);
  });

  test('also against one that was acknowledged before: it fails and says why, and can be sent again', async () => {
    await ingest('mail', [HELD]);
    await rooms.worker.close();
    const { jobId } = await rooms.ingestion.submit(TENANT, 'mail', [
      { ...HELD, content: 'Madagascar.' },
      { key: 'other', content: 'Mauritius.' },
    ]);
    await hold();
    await rooms.close();
    rooms = await openRooms({ directory: rooms.directory });
    expect(await rooms.finished(jobId)).toMatchObject({
      state: 'PARTIAL',
      progress: { documentsDone: 2, documentsTotal: 2 },
      failures: [{ key: 'held', code: 'CONFLICT', message: expect.stringContaining('legal hold "case"') }],
    });
    expect(await text('Zanzibar')).toBeDefined();
    expect([await text('Madagascar'), await text('Mauritius')]).toEqual([undefined, expect.any(String)]);
    await agree();
  });

  test('also one that comes when the indexes have the new one already: they go back to what was there', async () => {
    await ingest('mail', [{ ...HELD, title: 'Islands' }]);
    await rooms.close();
    let placed: Promise<unknown> | null = null;
    rooms = await openRooms({
      directory: rooms.directory,
      wrapVectors: (vectors) => ({
        ...vectors,
        apply: async (changes, ...rest) => {
          const removal = await vectors.apply(changes, ...rest);
          const isNew = changes.some(({ chunks = [] }) => chunks.some(({ title }) => title === 'Renamed'));
          if (isNew && placed === null) {
            const { graph } = rooms;
            placed = createHolds({
              ...tools,
              graph,
              exclusive: createExclusive(createLocalLeases({ graph })),
            }).place(ADA, { name: 'case', selection: of('case', '4711'), reason: 'a lawsuit' });
            await placed;
          }
          return removal;
        },
      }),
    });
    const metadata = { case: '4711', changed: true };
    const { jobId } = await rooms.ingestion.submit(TENANT, 'mail', [{ ...HELD, title: 'Renamed', metadata }]);
    expect(await rooms.finished(jobId)).toMatchObject({ state: 'FAILED', failures: [{ code: 'CONFLICT' }] });
    expect(placed).not.toBeNull();
    await agree();
    expect([await text('Renamed'), await text('Islands')]).toEqual([undefined, expect.any(String)]);
  });
});

describe('an erasure', () => {
  const named = async (name: string) =>
    (await rooms.graph.read(entitiesNamed(TENANT, [entityKey(name)]))).length;

  test('takes every document that names somebody, from every store, and nothing else', async () => {
    await ingest('mail', [
      { key: 'a', content: 'Ada Lovelace met Charles Babbage in London.' },
      { key: 'b', content: 'The letters of Ada Lovelace were kept.' },
      { key: 'c', content: 'Charles Babbage lived in London.' },
    ]);
    const receipt = await erase({ names: ['Ada Lovelace'] });
    expect(receipt.documentIds).toHaveLength(2);
    expect(receipt.removed).toMatchObject({ chunks: 2, vectors: 2, postings: 2, contents: 4 });
    expect(receipt.left).toEqual({ documents: 0, contents: 0, archives: 0, entities: 0, chunks: 0 });
    expect(await keys()).toEqual(['c']);
    expect([await named('Ada Lovelace'), await named('Charles Babbage')]).toEqual([0, 1]);
  });

  test('tells where a name is still written, though nothing took it for one', async () => {
    await ingest('mail', [
      { key: 'a', content: 'Ada Lovelace met Charles Babbage.' },
      { key: 'b', content: 'they found ada lovelace written in small letters' },
    ]);
    const { left } = await erase({ names: ['Ada Lovelace'] });
    expect(left).toMatchObject({ documents: 0, entities: 0, chunks: 1 });
    expect(await keys()).toEqual(['b']);
  });

  test('takes the documents that are somebody’s by their metadata', async () => {
    const [one = ''] = await ingest('mail', [
      { key: 'a', content: 'One.', metadata: { customer: { id: '17' } } },
      { key: 'b', content: 'Two.', metadata: { customer: { id: '18' } } },
    ]);
    expect((await erase({ selection: of('customer.id', '17') })).documentIds).toEqual([one]);
    expect(await keys()).toEqual(['b']);
  });

  test('leaves a note of ids for restores, and no name', async () => {
    const [one = ''] = await ingest('mail', [{ key: 'a', content: 'Ada Lovelace wrote.' }]);
    const { id } = await erase({ names: ['Ada Lovelace'], reason: 'request 12' });
    const notes = await rooms.graph.read(erasuresOfAll('', 10));
    // Also who it was for, by the ids that the graph would have for the name.
    const subjects = [entityId(TENANT, 'ada lovelace'), nameId(TENANT, 'ada lovelace')];
    expect(notes).toMatchObject([
      { tenant: TENANT, erasedBy: 'ada', reason: 'request 12', documentIds: [], subjects },
      { tenant: TENANT, erasedBy: 'ada', reason: 'request 12', documentIds: [one], subjects: [] },
    ]);
    expect(notes[0]?.id.startsWith(id)).toBe(true);
    expect(JSON.stringify(notes)).not.toMatch(/lovelace/i);
  });

  test('reaches nothing of another tenant', async () => {
    await ingest('mail', [{ key: 'a', content: 'Ada Lovelace wrote.' }]);
    const plan = await erasures.plan('other', { names: ['Ada Lovelace'], selection: null });
    expect(plan).toEqual({ documentIds: [], archiveIds: [], held: [] });
  });

  test.each([
    ['nobody', {}, /names nobody/],
    ['a whole collection', { selection: { ...EVERYTHING, collection: 'mail' } }, /at least one condition/],
    ['a name without a letter', { names: ['…'] }, /no letter/],
    ['no reason', { names: ['Ada'], reason: ' ' }, /input.reason|characters/],
  ])('is refused for %s', async (_, request, message) => {
    await expect(erase(request)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(message),
    });
  });
});
