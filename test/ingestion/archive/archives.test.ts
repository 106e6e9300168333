/** Archiving and bringing back, on real stores: nothing is lost, nothing is doubled, nothing comes back that may not. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ArchiveStore } from '../../../ingestion/archive/archive-store.ts';
import { BATCH_BYTES_MAX } from '../../../ingestion/limits.ts';
import { createErasures, type Erasures } from '../../../ingestion/retention/erasure.ts';
import { createHolds, type Holds } from '../../../ingestion/retention/holds.ts';
import { applyPolicies, createPolicies } from '../../../ingestion/retention/policies.ts';
import type { AuditEvent } from '../../../model/audit.ts';
import type { Principal } from '../../../model/principal.ts';
import { nodePages } from '../../../operations/move/pages.ts';
import { createLog } from '../../../platform/log.ts';
import { documentsByIds, documentsListed } from '../../../stores/graph/statements/documents.ts';
import { type CarriedLabel, type CarriedNode, edgesFrom } from '../../../stores/graph/statements/transfer.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';
import { archiveFolder, expectAgreement, objectsIn, openArchive } from './harness.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] };
const ALL = { collection: null, states: [], after: '', limit: 100 } as const;

let folder: string;
let rooms: Rooms;
let holds: Holds;
let erasures: Erasures;
beforeEach(async () => {
  folder = await archiveFolder();
  await open();
});
afterEach(() => rooms.close());

async function open(archive: ArchiveStore | null = openArchive(folder), directory?: string): Promise<void> {
  rooms = await openRooms({
    ...(archive === null ? {} : { archive }),
    ...(directory === undefined ? {} : { directory }),
  });
  const tools = { ...rooms, now: () => new Date() };
  holds = createHolds(tools);
  erasures = createErasures({ ...tools, pseudonymsOf: async () => [] });
}

const ingest = async (documents: Parameters<Rooms['ingestion']['submit']>[2], collection = 'mail') => {
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, collection, documents);
  await rooms.finished(jobId);
  return accepted.map(({ documentId }) => documentId);
};
const archive = (ids: readonly string[]) => rooms.archives.archive(TENANT, { ids, by: 'ada', reason: 'old' });
const archived = async (ids: readonly string[]) => {
  const { archived, left } = await archive(ids);
  expect(left).toEqual([]);
  return archived.map(({ id }) => id);
};
const broughtBack = async (ids: readonly string[]) => {
  const { refused, jobIds } = await rooms.archives.bringBack(TENANT, ids);
  expect(refused).toEqual([]);
  for (const jobId of jobIds) expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
};
const states = async () =>
  (await rooms.archives.list(TENANT, ALL)).map(({ key, state }) => [key, state]).toSorted();
const hits = async (text: string) =>
  ((await rooms.vectors.searchKeyword([{ text, limit: 9 }], { tenant: TENANT }))[0] ?? []).map(
    ({ chunkId }) => chunkId,
  );
const keys = async () => {
  const page = { tenant: TENANT, collectionId: null, status: null, mediaTypes: null, after: '', limit: 100 };
  const found = await rooms.graph.read(documentsListed({ ...page, updatedAfter: '', updatedBefore: null }));
  return found.map(({ key }) => key).toSorted();
};
/** Everything that the graph derives from documents, without what tells when and how often. */
const derived = async () => {
  const labels = ['Document', 'Chunk', 'Entity', 'Name', 'Relationship'] as const;
  const all = async (label: CarriedLabel) => {
    const found: CarriedNode[] = [];
    for await (const page of nodePages(rooms.graph, label, AbortSignal.timeout(30_000))) found.push(...page);
    return found;
  };
  const nodes = await Promise.all(labels.map(all));
  const chunkIds = nodes[1]?.map(({ id }) => id) ?? [];
  const edges = await Promise.all(
    (['MENTIONS', 'STATES'] as const).map((edge) => rooms.graph.read(edgesFrom(edge, chunkIds))),
  );
  const passing = ['updatedAt', 'submissions', 'applied', 'appliedSubmittedAt'];
  const bare = nodes
    .flat()
    .map(({ properties }) =>
      Object.fromEntries(Object.entries(properties).filter(([name]) => !passing.includes(name))),
    );
  return [...bare, ...edges.flat()].map((one) => JSON.stringify(one)).toSorted();
};

const LETTERS = [
  {
    key: 'a',
    content: 'Ada Lovelace met Charles Babbage in London.\n\nThe Analytical Engine (AE) was never built.',
    metadata: { customer: '17', list: [1, 'two'], nested: { deep: true } },
    knowledge: {
      entities: [{ name: 'Ada Lovelace', type: 'PERSON', aliases: ['Countess of Lovelace'] }],
      triples: [{ subject: 'Ada Lovelace', predicate: 'wrote', object: 'Note G' }],
    },
  },
  { key: 'b', title: 'A letter', content: 'Charles Babbage lived in London.', metadata: { customer: '18' } },
  { content: '# Grace Hopper\n\nGrace Hopper wrote a compiler.', mediaType: 'text/markdown' },
] as const;

describe('archiving', () => {
  test('takes documents out of every store and leaves nothing readable; bringing back restores them exactly', async () => {
    const ids = await ingest(LETTERS);
    const before = await derived();
    const vectors = await rooms.vectors.size();
    const made = await archived(ids);
    expect(await keys()).toEqual([]);
    expect(await rooms.counts()).toMatchObject({ Document: 0, Chunk: 0, Entity: 0, Removal: 0 });
    expect(await hits('Lovelace')).toEqual([]);
    expect(await states()).toEqual(
      [
        ['a', 'ARCHIVED'],
        ['b', 'ARCHIVED'],
        [null, 'ARCHIVED'],
      ].toSorted(),
    );
    const objects = await objectsIn(folder);
    expect(objects.size).toBe(6);
    for (const [name, bytes] of objects) {
      expect(name).not.toMatch(/mail/);
      expect(bytes.toString('latin1')).not.toMatch(/Lovelace|Babbage|letter|customer/);
    }
    await expectAgreement(rooms);

    await broughtBack(made);
    expect(await derived()).toEqual(before);
    expect(await rooms.vectors.size()).toEqual(vectors);
    expect((await states()).map(([, state]) => state)).toEqual(Array(3).fill('BROUGHT_BACK'));
    await expectAgreement(rooms);
    // As it was, also in what decides whether the same is sent again.
    expect(await rooms.ingestion.submit(TENANT, 'mail', LETTERS)).toMatchObject({ jobId: null });
  });

  test('holds no more of large documents at once than ingestion takes up together', async () => {
    const large = 900_000;
    const ids = await ingest(
      Array.from({ length: 10 }, (_, at) => ({
        key: `page-${at}`,
        mediaType: 'text/html',
        content: `<p>Page ${at} speaks of Bergen.</p><!-- ${`${at} `.repeat(large).slice(0, large)} -->`,
      })),
    );
    const inner = openArchive(folder);
    let [held, most] = [0, 0];
    const put: ArchiveStore['put'] = async (id, version) => {
      held += version.bytes.length;
      most = Math.max(most, held);
      await inner.put(id, version);
      held -= version.bytes.length;
    };
    await rooms.close();
    await open({ ...inner, put }, rooms.directory);
    expect(await archived(ids)).toHaveLength(ids.length);
    expect(most).toBeGreaterThan(large);
    expect(most).toBeLessThan(BATCH_BYTES_MAX + 1.1 * large);
  });

  test('survives a restart, and what is asked for twice is done once', async () => {
    const made = await archived(await ingest(LETTERS));
    await rooms.close();
    await open(openArchive(folder), rooms.directory);
    await broughtBack([...made, ...made]);
    await broughtBack(made);
    expect(await rooms.counts()).toMatchObject({ Document: 3, Submission: 0 });
  });

  test('leaves what is held, waits, is gone or was changed meanwhile, and says why of each', async () => {
    const [held = '', changing = '', free = ''] = await ingest(LETTERS);
    await holds.place(ADA, {
      name: 'case',
      reason: 'a lawsuit',
      selection: { collection: null, metadata: [{ key: 'customer', in: ['17'] }] },
    });
    await rooms.worker.close();
    await rooms.ingestion.submit(TENANT, 'mail', [{ key: 'b', content: 'A newer letter.' }]);
    const { archived, left } = await archive([held, changing, free, 'doc_none']);
    expect(archived.map(({ documentId }) => documentId)).toEqual([free]);
    expect(left.map(({ documentId, problem }) => [documentId, problem.code, problem.message])).toEqual([
      [held, 'CONFLICT', expect.stringContaining('legal hold "case"')],
      [changing, 'CONFLICT', expect.stringContaining('not indexed')],
      ['doc_none', 'NOT_FOUND', expect.stringContaining('not there')],
    ]);
    expect(await keys()).toEqual(['a', 'b']);
  });

  test('gives up what was changed between sealing and deleting, and clears its archive away', async () => {
    const [a = '', b = ''] = await ingest(LETTERS.slice(0, 2));
    const store = openArchive(folder);
    await rooms.close();
    let once = true;
    const changes: ArchiveStore = {
      ...store,
      put: async (id, version) => {
        await store.put(id, version);
        if (!once || version.key !== 'b') return;
        once = false;
        await ingest([{ key: 'b', content: 'A newer letter.' }]);
      },
    };
    await open(changes, rooms.directory);
    const { archived, left } = await archive([a, b]);
    expect(archived.map(({ key }) => key)).toEqual(['a']);
    expect(left).toMatchObject([{ documentId: b, problem: { code: 'CONFLICT' } }]);
    expect([await keys(), await states()]).toEqual([['b'], [['a', 'ARCHIVED']]]);
    expect((await objectsIn(folder)).size).toBe(2);
  });

  test('changes nothing where the target fails, or gives back something else', async () => {
    const ids = await ingest(LETTERS);
    for (const wrong of ['put', 'get'] as const) {
      await rooms.close();
      const store = openArchive(folder, {
        wrapTarget: (target) => ({
          ...target,
          put: async (name, body) => {
            if (wrong === 'put' && name.endsWith('manifest.json')) throw new Error('no room');
            return target.put(name, body);
          },
          get: async function* (name) {
            for await (const piece of target.get(name)) {
              const bytes = Buffer.from(piece);
              if (wrong === 'get' && name.endsWith('.bin')) bytes.writeUInt8(bytes.readUInt8(90) ^ 1, 90);
              yield bytes;
            }
          },
        }),
      });
      await open(store, rooms.directory);
      await expect(archive(ids)).rejects.toThrow(wrong === 'put' ? 'no room' : 'not as it was written');
      expect(await rooms.counts()).toMatchObject({ Document: 3 });
      expect(await states()).toEqual([]);
      await vi.waitFor(async () => expect((await objectsIn(folder)).size).toBe(0), 30_000);
    }
  });

  test('is refused where no target is configured, by name of the setting', async () => {
    const ids = await ingest(LETTERS);
    await rooms.close();
    await open(null, rooms.directory);
    const refusal = { code: 'CONFLICT', message: expect.stringContaining('TRELLIS_BACKUP_DIR') };
    await expect(archive(ids)).rejects.toMatchObject(refusal);
    await expect(rooms.archives.bringBack(TENANT, ['arc_1'])).rejects.toMatchObject(refusal);
    await expect(rooms.archives.delete(TENANT, ['arc_1'])).rejects.toMatchObject(refusal);
    const policies = createPolicies({ ...rooms, now: () => new Date() });
    const policy = { name: 'n', days: 1, selection: { collection: null, metadata: [] } } as const;
    await expect(policies.set(ADA, { ...policy, action: 'ARCHIVE' })).rejects.toMatchObject(refusal);
  });

  test('is what a retention policy may do; what is held stays', async () => {
    await ingest(LETTERS);
    await holds.place(ADA, {
      name: 'case',
      reason: 'a lawsuit',
      selection: { collection: null, metadata: [{ key: 'customer', in: ['17'] }] },
    });
    const events: AuditEvent[] = [];
    const tools = {
      ...rooms,
      now: () => new Date(Date.now() + 31 * 86_400_000),
      log: createLog({ level: 'silent' }),
      record: async (told: readonly AuditEvent[]) => void events.push(...told),
    };
    const policies = createPolicies(tools);
    const policy = { name: 'old', days: 30, selection: { collection: 'mail', metadata: [] } };
    await policies.set(ADA, { ...policy, action: 'ARCHIVE' });
    expect(await applyPolicies(tools, new AbortController().signal)).toBe(2);
    expect(await keys()).toEqual(['a']);
    expect(await policies.list(TENANT)).toMatchObject([{ action: 'ARCHIVE', deleted: 0, archived: 2 }]);
    expect(events).toMatchObject([
      { outcome: 'DONE', detail: expect.stringContaining('archived 2 documents') },
    ]);
    const listed = await rooms.archives.list(TENANT, ALL);
    expect(listed.map(({ archivedBy }) => archivedBy)).toEqual(['trellis', 'trellis']);
  });
});

describe('bringing back', () => {
  test('refuses an archive that is damaged, missing, another one, or sealed with another key; the others come', async () => {
    const made = await archived(await ingest(LETTERS));
    const [damaged = '', missing = '', whole = ''] = made;
    const objects = await objectsIn(folder);
    const bin = objects.get(join('archives', damaged, 'document.bin')) ?? Buffer.alloc(0);
    const flipped = Buffer.from(bin);
    flipped.writeUInt8(flipped.readUInt8(bin.length - 40) ^ 1, bin.length - 40);
    await writeFile(join(folder, 'archives', damaged, 'document.bin'), flipped);
    // A whole archive in another one's place.
    for (const name of ['document.bin', 'manifest.json'])
      await writeFile(
        join(folder, 'archives', missing, name),
        objects.get(join('archives', whole, name)) ?? '',
      );
    const { comingBack, refused, jobIds } = await rooms.archives.bringBack(TENANT, [...made, 'arc_none']);
    expect(comingBack.map(({ id }) => id)).toEqual([whole]);
    expect(refused.map(({ id, problem }) => [id, problem.code])).toEqual([
      [damaged, 'BACKUP_DAMAGED'],
      [missing, 'BACKUP_DAMAGED'],
      ['arc_none', 'NOT_FOUND'],
    ]);
    await rooms.finished(jobIds[0] ?? '');
    expect(await rooms.counts()).toMatchObject({ Document: 1 });
    await rooms.close();
    await open(openArchive(folder, { secret: 'another key' }), rooms.directory);
    await writeFile(join(folder, 'archives', damaged, 'document.bin'), bin);
    expect((await rooms.archives.bringBack(TENANT, [damaged])).refused).toMatchObject([
      { problem: { code: 'BACKUP_KEY_MISMATCH' } },
    ]);
    await rooms.close();
    await open(openArchive(folder), rooms.directory);
    await broughtBack([damaged]);
  });

  test('does not take the place of a document that came in another way', async () => {
    const [id = ''] = await archived(await ingest([LETTERS[1]]));
    const [there = ''] = await ingest([{ key: 'b', content: 'A newer letter.' }]);
    expect(await rooms.archives.bringBack(TENANT, [id])).toMatchObject({
      comingBack: [],
      jobIds: [],
      refused: [{ problem: { code: 'CONFLICT', message: expect.stringContaining('there again') } }],
    });
    expect(await hits('newer')).toHaveLength(1);
    // Archived as well, both versions are kept, and either can come.
    const [newer = ''] = await archived([there]);
    await broughtBack([id]);
    expect([await hits('lived'), await hits('newer')].map(({ length }) => length)).toEqual([1, 0]);
    expect((await rooms.archives.bringBack(TENANT, [newer])).refused).toMatchObject([
      { problem: { code: 'CONFLICT' } },
    ]);
  });

  test('that is cancelled leaves the archive as it was', async () => {
    const made = await archived(await ingest(LETTERS));
    await rooms.worker.close();
    const { jobIds } = await rooms.archives.bringBack(TENANT, made);
    await expect(rooms.archives.delete(TENANT, made)).rejects.toMatchObject({ code: 'CONFLICT' });
    await rooms.ingestion.cancel(TENANT, jobIds[0] ?? '');
    await vi.waitFor(
      async () => expect((await states()).map(([, state]) => state)).toEqual(Array(3).fill('ARCHIVED')),
      20_000,
    );
    await rooms.close();
    await open(openArchive(folder), rooms.directory);
    await broughtBack(made);
  });
});

describe('an archive', () => {
  test('goes with its document, once that was brought back', async () => {
    const made = await archived(await ingest([LETTERS[0], LETTERS[1]]));
    await broughtBack(made);
    const [a] = await rooms.archives.list(TENANT, ALL);
    await rooms.ingestion.delete(TENANT, { ids: [a?.documentId ?? ''], keys: [], collectionId: null });
    await vi.waitFor(async () => expect((await objectsIn(folder)).size).toBe(2), 30_000);
    expect(await states()).toEqual([['b', 'BROUGHT_BACK']]);
  });

  test('is deleted for good, unless a legal hold keeps it', async () => {
    const made = await archived(await ingest([LETTERS[0], LETTERS[1]]));
    const selection = { collection: null, metadata: [{ key: 'customer', in: ['17'] }] };
    await holds.place(ADA, { name: 'case', reason: 'a lawsuit', selection });
    await expect(rooms.archives.delete(TENANT, made)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('legal hold "case"'),
    });
    expect((await objectsIn(folder)).size).toBe(4);
    await holds.release(TENANT, 'case');
    expect(await rooms.archives.delete(TENANT, [...made, 'arc_none'])).toEqual({
      ids: expect.arrayContaining([...made]),
      notFound: ['arc_none'],
    });
    expect([(await objectsIn(folder)).size, await states()]).toEqual([0, []]);
  });

  test('is of one tenant', async () => {
    const made = await archived(await ingest(LETTERS));
    expect(await rooms.archives.list('other', ALL)).toEqual([]);
    expect(
      (await rooms.archives.bringBack('other', made)).refused.map(({ problem }) => problem.code),
    ).toEqual(Array(3).fill('NOT_FOUND'));
    expect(await rooms.archives.delete('other', made)).toEqual({ ids: [], notFound: made });
    const [{ documentId } = { documentId: '' }] = await rooms.archives.list(TENANT, ALL);
    await broughtBack(made);
    const wish = { ids: [documentId], by: 'eve', reason: 'mine' };
    expect((await rooms.archives.archive('other', wish)).left).toMatchObject([
      { problem: { code: 'NOT_FOUND' } },
    ]);
    const eve = { subject: 'eve', tenant: 'other', scopes: [] };
    expect(
      await erasures.erase(eve, { names: ['Ada Lovelace'], selection: null, reason: 'r' }),
    ).toMatchObject({
      removed: { archives: 0 },
    });
    expect((await objectsIn(folder)).size).toBe(6);
  });

  test('is reached by an erasure: by name, by another spelling, and by metadata; the others stay', async () => {
    const ids = await ingest(LETTERS);
    await archived(ids);
    const { documentIds, archiveIds } = await erasures.plan(TENANT, {
      names: ['Countess of Lovelace'],
      selection: null,
    });
    expect([documentIds, archiveIds.length]).toEqual([[], 1]);
    const receipt = await erasures.erase(ADA, {
      names: ['Countess of Lovelace'],
      selection: null,
      reason: 'r',
    });
    expect(receipt).toMatchObject({
      documentIds: [ids[0]],
      removed: { archives: 1, chunks: 0 },
      left: { documents: 0, contents: 0, archives: 0, entities: 0, chunks: 0 },
    });
    expect((await rooms.archives.bringBack(TENANT, archiveIds)).refused).toMatchObject([
      { problem: { code: 'NOT_FOUND' } },
    ]);
    expect(await states()).toEqual(
      [
        ['b', 'ARCHIVED'],
        [null, 'ARCHIVED'],
      ].toSorted(),
    );
    const selection = { collection: null, metadata: [{ key: 'customer', in: ['18'] }] };
    expect(await erasures.erase(ADA, { names: [], selection, reason: 'r' })).toMatchObject({
      removed: { archives: 1 },
    });
    expect([...(await objectsIn(folder)).keys()]).toHaveLength(2);
  });

  test('keeps an erasure off where a legal hold is on it', async () => {
    const [id = ''] = await ingest([LETTERS[0]]);
    await archived([id]);
    const selection = { collection: null, metadata: [{ key: 'customer', in: ['17'] }] };
    await holds.place(ADA, { name: 'case', reason: 'a lawsuit', selection });
    const request = { names: ['Ada Lovelace'], selection: null };
    expect(await erasures.plan(TENANT, request)).toMatchObject({ held: [{ documentId: id, hold: 'case' }] });
    await expect(erasures.erase(ADA, { ...request, reason: 'r' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect((await objectsIn(folder)).size).toBe(2);
  });

  test('that is being brought back is erased with what is on its way', async () => {
    const [id = ''] = await ingest([LETTERS[0]]);
    const made = await archived([id]);
    await rooms.worker.close();
    await rooms.archives.bringBack(TENANT, made);
    const receipt = await erasures.erase(ADA, { names: ['Ada Lovelace'], selection: null, reason: 'r' });
    expect(receipt).toMatchObject({ documentIds: [id], left: { documents: 0, contents: 0, archives: 0 } });
    await rooms.close();
    await open(openArchive(folder), rooms.directory);
    expect(await rooms.counts()).toMatchObject({ Document: 0, Submission: 0 });
    expect(await rooms.graph.read(documentsByIds(TENANT, [id]))).toEqual([]);
    expect((await objectsIn(folder)).size).toBe(0);
  });
});
