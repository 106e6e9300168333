/** Pages along ids that are held in order: the same rows as the statement gives that looks at all nodes, at any moment. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentStatus } from '../../../../model/documents.ts';
import {
  createEngine,
  type EngineOptions,
  type GraphEngine,
} from '../../../../stores/graph/embedded/engine.ts';
import { type IdPage, type Statement, statement } from '../../../../stores/graph/graph-store.ts';
import { archivesListed } from '../../../../stores/graph/statements/archives.ts';
import {
  createDocuments,
  type DocumentListing,
  deleteDocuments,
  documentsListed,
} from '../../../../stores/graph/statements/documents.ts';
import { entitiesListed } from '../../../../stores/graph/statements/entities.ts';
import { putNodes } from '../../../../stores/graph/statements/transfer.ts';

const AT = '2026-01-02T03:04:05.000Z';
let directory: string;
let engine: GraphEngine;
const open = async (options: Partial<EngineOptions> = {}) => {
  engine = createEngine({ directory, lookedAtMin: 0, scopeRestMs: 0, ...options });
  await engine.open();
};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-id-pages-'));
  await open();
});
afterEach(async () => {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
});

const write = (...statements: readonly Statement<unknown>[]) =>
  engine.write(JSON.stringify(statements.map(({ cypher, parameters }) => ({ cypher, parameters }))), true);
/** Read both ways; the rows of both, and whether the first went along ids. */
async function both(listing: Statement<unknown>) {
  const { cypher, parameters } = listing;
  const { rows, isAlongIds } = await engine.readPage({ cypher, parameters, page: pageOf(listing) });
  return { rows, isAlongIds, plain: await engine.read(cypher, parameters) };
}
function pageOf({ page }: Statement<unknown>): IdPage {
  if (page === undefined) throw new Error('it is no page');
  return page;
}
const reopen = async (options: Partial<EngineOptions>) => {
  await engine.close();
  await open(options);
};
async function expectSame(listing: Statement<unknown>, isAlongIds?: boolean) {
  const read = await both(listing);
  expect(read.rows).toEqual(read.plain);
  if (isAlongIds !== undefined) expect(read.isAlongIds).toBe(isAlongIds);
  return read.rows;
}
const documentAt = (at: number, tenant = 'acme', status: DocumentStatus = 'READY') => ({
  ...{ id: `doc_${tenant}${String(at).padStart(5, '0')}`, tenant, status },
  ...{ collectionId: `${tenant} ${at % 2 === 0 ? 'even' : 'odd'}` },
  ...{ key: null, title: 'A', mediaType: 'text/plain', metadata: {} },
  ...{ contentHash: 'c', createdAt: AT, updatedAt: AT },
});
const LISTING: DocumentListing = {
  ...{ tenant: 'acme', collectionId: null, status: null, mediaTypes: null },
  ...{ updatedAfter: '', updatedBefore: null, after: '', limit: 5 },
};
const many = (count: number, from = 0) =>
  createDocuments(Array.from({ length: count }, (_, at) => documentAt(from + at)));
const jobs = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `job_${at}`, properties: { id: `job_${at}` } }));
const idsOf = (rows: readonly { readonly [column: string]: unknown }[]) => rows.map(({ id }) => id);

describe('a page', () => {
  test('is the same, at any moment of any history', async () => {
    const place = fc.integer({ min: 0, max: 40 });
    const tenant = fc.constantFrom('acme', 'rival');
    const status = fc.constantFrom<DocumentStatus>('READY', 'PENDING', 'FAILED');
    const step = fc.oneof(
      fc.record({ put: fc.array(fc.tuple(place, tenant, status), { minLength: 1, maxLength: 8 }) }),
      fc.record({ move: fc.array(fc.tuple(place, tenant), { minLength: 1, maxLength: 4 }) }),
      fc.record({ remove: fc.array(fc.tuple(place, tenant), { minLength: 1, maxLength: 4 }) }),
      fc.record({ fail: place, tenant }),
      fc.record({ unclear: place }),
      fc.record({ wait: fc.constant(true) }),
      fc.record({ reopen: fc.constant(true) }),
    );
    const listing = fc.record({
      tenant,
      collection: fc.constantFrom(null, 'even', 'odd'),
      status: fc.option(status),
      after: fc.oneof(
        fc.constant(''),
        fc.tuple(tenant, place).map(([t, at]) => documentAt(at, t).id),
      ),
      limit: fc.integer({ min: 1, max: 12 }),
    });
    let along = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(step, fc.array(listing, { maxLength: 3 })), { maxLength: 20 }),
        async (history) => {
          for (const [done, listings] of history) {
            if ('put' in done)
              await write(createDocuments(done.put.map(([at, t, s]) => documentAt(at, t, s))));
            if ('move' in done)
              await write(
                putNodes(
                  'Document',
                  done.move.map(([at, t]) => {
                    const { id, metadata: _, key: __, ...properties } = documentAt(at, t);
                    return { id, properties: { ...properties, metadata: '{}' } };
                  }),
                ),
              );
            if ('remove' in done)
              await write(deleteDocuments(done.remove.map(([at, t]) => documentAt(at, t).id)));
            if ('fail' in done)
              await expect(
                write(
                  createDocuments([documentAt(done.fail, done.tenant)]),
                  statement('test.broken', 'NOT CYPHER', {}, (row) => row),
                ),
              ).rejects.toThrow();
            if ('unclear' in done)
              await write(
                statement(
                  'test.unclear',
                  "CREATE (n:Document {tenant: 'acme', id: 'doc_acme' + $tail, metadata: '{}', updatedAt: 'x'})",
                  { tail: `0${done.unclear}x` },
                  (row) => row,
                ),
              );
            if ('wait' in done) await engine.idsHeld();
            if ('reopen' in done) {
              await engine.close();
              await open();
            }
            const read = await Promise.all(
              listings.map(({ collection, ...wanted }) =>
                both(
                  documentsListed({
                    ...LISTING,
                    ...wanted,
                    collectionId: collection === null ? null : `${wanted.tenant} ${collection}`,
                  }),
                ),
              ),
            );
            for (const { rows, plain } of read) expect(rows).toEqual(plain);
            along += read.filter(({ isAlongIds }) => isAlongIds).length;
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(along).toBeGreaterThan(50);
  }, 120_000);

  test('goes along ids once they are held, and shows what was written since', async () => {
    await write(many(30));
    expect(idsOf(await expectSame(documentsListed(LISTING), false))).toHaveLength(5);
    await engine.idsHeld();
    await write(many(1, 30), deleteDocuments([documentAt(27).id]));
    const rows = await expectSame(documentsListed({ ...LISTING, after: documentAt(25).id }), true);
    expect(idsOf(rows)).toEqual([26, 28, 29, 30].map((at) => documentAt(at).id));
  });

  test('has nothing of a write that is not committed, and all of it once it is', async () => {
    await write(many(3));
    await expectSame(documentsListed(LISTING));
    await engine.idsHeld();
    const { cypher, parameters } = many(1, 3);
    await engine.write(JSON.stringify([{ cypher, parameters }]), false);
    expect(await expectSame(documentsListed(LISTING), true)).toHaveLength(3);
    await engine.write('[]', true);
    expect(await expectSame(documentsListed(LISTING), true)).toHaveLength(4);
  });

  test('sees one moment, though it is put together of several looks', async () => {
    await write(many(3_000));
    const failed = documentsListed({ ...LISTING, status: 'FAILED', limit: 2 });
    await expectSame(failed);
    await engine.idsHeld();
    const [early, first, last] = [3, 20, 30].map((at) => ({
      ...documentAt(at, 'acme', 'FAILED'),
      id: `${documentAt(at).id}x`,
    })) as [ReturnType<typeof documentAt>, ReturnType<typeof documentAt>, ReturnType<typeof documentAt>];
    await write(createDocuments([early, first, last]));
    await expectSame(failed, true);
    const { cypher, parameters } = failed;
    const read = engine.readPage({ cypher, parameters, page: pageOf(failed) });
    await write(deleteDocuments([early.id, first.id]));
    expect(idsOf((await read).rows)).toEqual([early.id, first.id]);
    expect(idsOf(await expectSame(failed))).toEqual([last.id]);
  });

  test('that lies too far along them is read as it was', async () => {
    await write(many(8_000), createDocuments([documentAt(8_000, 'acme', 'FAILED')]));
    await expectSame(documentsListed(LISTING), false);
    await engine.idsHeld();
    await expectSame(documentsListed(LISTING), true);
    const failed = documentsListed({ ...LISTING, status: 'FAILED' });
    for (let at = 0; at < 2; at++) expect(await expectSame(failed, false)).toHaveLength(1);
    await expectSame(documentsListed(LISTING), true);
  });

  test('that is gone for the most part has the ids read anew', async () => {
    await write(many(8_000));
    await expectSame(documentsListed(LISTING), false);
    await engine.idsHeld();
    await write(deleteDocuments(Array.from({ length: 1_900 }, (_, at) => documentAt(at).id)));
    await expectSame(documentsListed(LISTING), false);
    await expectSame(documentsListed(LISTING), false);
    await engine.idsHeld();
    await expectSame(documentsListed(LISTING), true);
  });

  test('that cannot be looked up is read as it was, and says so', async () => {
    await write(many(30));
    const { cypher, parameters, page } = documentsListed(LISTING) as Statement<unknown> & { page: IdPage };
    await expectSame(documentsListed(LISTING));
    await engine.idsHeld();
    const read = await engine.readPage({ cypher, parameters, page: { ...page, ofIds: 'NOT CYPHER' } });
    expect(read).toMatchObject({ isAlongIds: false, notice: expect.stringContaining('let go of') });
    expect(read.rows).toEqual(await engine.read(cypher, parameters));
  });

  test('is not along ids where a bound reader could tell from it what there is', () => {
    const page = (collectionId: string | null, within: readonly string[] | null) =>
      documentsListed({ ...LISTING, collectionId, within }).page;
    expect([page('a', null), page('a', ['b', 'a'])]).toEqual([expect.anything(), expect.anything()]);
    expect([page('a', ['b']), page('a', []), page(null, ['a'])]).toEqual([undefined, undefined, undefined]);
  });
});

describe('lists', () => {
  test('are read anew when much has changed', async () => {
    await write(many(10));
    await expectSame(documentsListed(LISTING));
    await engine.idsHeld();
    await write(many(2_100, 10));
    await expectSame(documentsListed(LISTING), false);
    await engine.idsHeld();
    await expectSame(documentsListed(LISTING), true);
    await write(deleteDocuments(Array.from({ length: 2_050 }, (_, at) => documentAt(at).id)));
    await expectSame(documentsListed(LISTING), false);
  });

  test('do not wear out of what has another label', async () => {
    await write(many(10), putNodes('Job', jobs(2_050)));
    await expectSame(documentsListed(LISTING));
    await engine.idsHeld();
    const ids = jobs(2_050).map(({ id }) => id);
    await write(
      statement(
        'test.remove',
        'UNWIND $ids AS i MATCH (j:Job {id: i}) DETACH DELETE j',
        { ids },
        (row) => row,
      ),
    );
    await expectSame(documentsListed(LISTING), true);
  });

  test('are not read again for some time, however much has changed', async () => {
    await reopen({ scopeRestMs: 600_000 });
    await write(many(10));
    await expectSame(documentsListed(LISTING));
    await engine.idsHeld();
    await write(many(2_100, 10), deleteDocuments([documentAt(3).id]));
    await expectSame(documentsListed(LISTING), true);
    await write(deleteDocuments(Array.from({ length: 2_050 }, (_, at) => documentAt(at + 20).id)));
    await expectSame(documentsListed({ ...LISTING, after: documentAt(2_060).id }), true);
  });

  test('learn of nodes that no text tells of', async () => {
    await write(many(3));
    await expectSame(documentsListed(LISTING));
    await engine.idsHeld();
    const cypher = "CREATE p = (n:Document {id: $id, tenant: 'acme', metadata: '{}', updatedAt: 'x'})";
    await write(statement('test.path', cypher, { id: 'doc_new' }, (row) => row));
    expect(idsOf(await expectSame(documentsListed(LISTING)))).toContain('doc_new');
  });

  test('are held for what costs much alone', async () => {
    await reopen({ lookedAtMin: 5_000 });
    await write(many(100));
    await expectSame(documentsListed(LISTING));
    await engine.idsHeld();
    await expectSame(documentsListed(LISTING), false);
  });

  test('make room for those that are asked for, and one that has none is not held', async () => {
    await reopen({ idsHeldMax: 50 });
    const rival = { ...LISTING, tenant: 'rival' };
    await write(many(40), createDocuments(Array.from({ length: 40 }, (_, at) => documentAt(at, 'rival'))));
    const settled = async (listing: DocumentListing) => {
      await expectSame(documentsListed(listing));
      await engine.idsHeld();
      return (await both(documentsListed(listing))).isAlongIds;
    };
    expect(await settled(LISTING)).toBe(true);
    expect(await settled(rival)).toBe(true);
    expect((await both(documentsListed(LISTING))).isAlongIds).toBe(false);
    await write(many(60, 40));
    expect(await settled(LISTING)).toBe(false);
  });

  test('that have no room together do not take it from each other', async () => {
    await reopen({ idsHeldMax: 50, scopeRestMs: 600_000 });
    const rival = { ...LISTING, tenant: 'rival' };
    const large = { ...LISTING, tenant: 'large' };
    const of = (tenant: string, count: number) =>
      createDocuments(Array.from({ length: count }, (_, at) => documentAt(at, tenant)));
    await write(many(40), of('rival', 40), of('large', 60));
    for (const listing of [LISTING, rival, LISTING, large, LISTING]) {
      await expectSame(documentsListed(listing));
      await engine.idsHeld();
    }
    await expectSame(documentsListed(rival), true);
    await expectSame(documentsListed(LISTING), false);
    await expectSame(documentsListed(large), false);
  });

  test('are no more than 200, though there is nothing in them', async () => {
    const empty = (at: number) => documentsListed({ ...LISTING, tenant: `t${at}` });
    for (let at = 0; at <= 200; at++) {
      await both(empty(at));
      await engine.idsHeld();
    }
    expect((await both(empty(200))).isAlongIds).toBe(true);
    expect((await both(empty(0))).isAlongIds).toBe(false);
  });

  test('may be asked for while the engine closes', async () => {
    await write(many(5_000));
    await expectSame(documentsListed(LISTING));
    await engine.close();
    await open();
    await expectSame(documentsListed(LISTING));
  });
});

test('entities of a tenant, of a type and of a collection are the same', async () => {
  const nodes = Array.from({ length: 60 }, (_, at) => `ent_${String(at).padStart(3, '0')}`);
  await write(
    putNodes(
      'Entity',
      nodes.map((id, at) => ({
        id,
        properties: { id, tenant: at % 3 === 0 ? 'rival' : 'acme', name: id, type: at % 2 === 0 ? 'A' : 'B' },
      })),
    ),
    putNodes(
      'Chunk',
      ['one', 'two'].map((id) => ({ id, properties: { id, tenant: 'acme', collectionId: id } })),
    ),
    statement(
      'test.mention',
      `UNWIND $ids AS entity MATCH (c:Chunk {id: $chunk}) MATCH (e:Entity {id: entity})
       MERGE (c)-[:MENTIONS]->(e)`,
      { chunk: 'one', ids: nodes.filter((_, at) => at % 5 === 1) },
      (row) => row,
    ),
  );
  const all = { tenant: 'acme', type: null, collectionId: null, after: '', limit: 7 };
  await expectSame(entitiesListed(all));
  await engine.idsHeld();
  expect(await expectSame(entitiesListed(all), true)).toHaveLength(7);
  for (const after of ['', 'ent_030', 'ent_058', 'f'])
    for (const type of [null, 'A'])
      for (const collectionId of [null, 'one', 'two'])
        await expectSame(entitiesListed({ ...all, after, type, collectionId }), true);
});

test('archived documents are the same', async () => {
  const rows = Array.from({ length: 20 }, (_, at) => `arc_${String(at).padStart(3, '0')}`);
  await write(
    putNodes(
      'ArchivedDocument',
      rows.map((id, at) => ({
        id,
        properties: { id, tenant: 'acme', state: at % 2 === 0 ? 'ARCHIVED' : 'REMOVED', collectionId: 'c' },
      })),
    ),
  );
  const all = { tenant: 'acme', collectionId: null, states: ['ARCHIVED'], after: '', limit: 4 } as const;
  await expectSame(archivesListed(all));
  await engine.idsHeld();
  for (const after of ['', 'arc_007', 'arc_018'])
    for (const collectionId of [null, 'c', 'd'])
      await expectSame(archivesListed({ ...all, after, collectionId }), true);
});
