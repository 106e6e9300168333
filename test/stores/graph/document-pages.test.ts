/** Going through documents once: all of a tenant or of a collection, and without looking at all of them for every page. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { documentPages } from '../../../stores/graph/document-pages.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { createDocuments, deleteDocuments } from '../../../stores/graph/statements/documents.ts';

const COUNT = 95;
const AT = '2026-01-02T03:04:05.000Z';
let directory: string;
let graph: GraphStore;
/** How often each statement was read. */
let reads: Map<string, number>;

const idOf = (at: number) => `doc_${String(at).padStart(3, '0')}`;
const documentAt = (at: number, tenant = 'acme') => ({
  ...{
    id: `${tenant === 'acme' ? '' : tenant}${idOf(at)}`,
    tenant,
    collectionId: at % 2 === 0 ? 'even' : 'odd',
  },
  ...{ key: null, title: 'A', mediaType: 'text/plain', metadata: {}, status: 'READY' as const },
  ...{ contentHash: 'c', createdAt: AT, updatedAt: AT },
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-document-pages-'));
  graph = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
  await graph.open();
  const all = Array.from({ length: COUNT }, (_, at) => at);
  await graph.write([
    createDocuments([...all.map((at) => documentAt(at)), ...all.map((at) => documentAt(at, 'rival'))]),
  ]);
});
afterAll(async () => {
  await graph.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => {
  reads = new Map();
});

const counted: Pick<GraphStore, 'read'> = {
  read: (statement, options) => {
    reads.set(statement.name, (reads.get(statement.name) ?? 0) + 1);
    return graph.read(statement, options);
  },
};
async function all(wanted: Partial<Parameters<typeof documentPages>[1]>): Promise<readonly string[]> {
  const seen: string[] = [];
  const asked = { tenant: 'acme', collectionId: null, limit: 5, ...wanted };
  for await (const page of documentPages(counted, asked)) {
    expect(page.length).toBeLessThanOrEqual(asked.limit);
    seen.push(...page.map(({ id }) => id));
  }
  return seen;
}

test.each([
  { collectionId: null, after: '', from: 0, step: 1 },
  { collectionId: 'odd', after: '', from: 1, step: 2 },
  { collectionId: null, after: idOf(10), from: 11, step: 1 },
])('gives each of $collectionId behind "$after" once, in order, and nobody else’s', async (given) => {
  const expected: string[] = [];
  for (let at = given.from; at < COUNT; at += given.step) expected.push(idOf(at));
  expect(await all({ collectionId: given.collectionId, after: given.after })).toEqual(expected);
});

test('looks at all of them as often as it is full of ids that are held, not once a page', async () => {
  const pagesOf = async (limit: number) => {
    reads = new Map();
    await all({ limit, idsHeld: 50 });
    return [reads.get('documents.idsListed'), reads.get('documents.byIds'), reads.size];
  };
  expect(await pagesOf(5)).toEqual([2, 19, 2]);
  expect(await pagesOf(25)).toEqual([2, 4, 2]);
});

test('leaves out what went since it was looked at, and goes on behind a page that is all gone', async () => {
  const gone = Array.from({ length: 10 }, (_, at) => idOf(20 + at));
  const seen: string[] = [];
  let isFirst = true;
  for await (const page of documentPages(graph, { tenant: 'acme', collectionId: null, limit: 10 })) {
    if (isFirst) await graph.write([deleteDocuments(gone)]);
    isFirst = false;
    seen.push(...page.map(({ id }) => id));
  }
  expect(seen).toHaveLength(COUNT - gone.length);
  expect(seen).toContain(idOf(30));
  await graph.write([createDocuments(gone.map((_, at) => documentAt(20 + at)))]);
});
