/**
 * What a page of a listing costs on the embedded graph: `npm run bench:pages [-- --nodes 10000,100000]`. The same pages
 * are read by the statement that looks at all nodes of the tenant and along ids that are held in order, of graphs in
 * which a tenant has so many entities, and as many documents and relationships together. Times are of the processor, of
 * all threads, so that other work on the machine hardly shows.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stableId } from '../model/ids.ts';
import { createEngine, type GraphEngine } from '../stores/graph/embedded/engine.ts';
import type { IdPage, Statement } from '../stores/graph/graph-store.ts';
import { createDocuments, documentsListed } from '../stores/graph/statements/documents.ts';
import { entitiesListed } from '../stores/graph/statements/entities.ts';
import { type CarriedLabel, putNodes } from '../stores/graph/statements/transfer.ts';
import { readArguments } from './arguments.ts';
import { type Figure, printReport } from './report.ts';

const values = readArguments({
  nodes: { type: 'string', default: '10000,100000' },
  rounds: { type: 'string', default: '40' },
});
const TENANT = 'acme';
const AT = '2026-01-02T03:04:05.000Z';
const WRITTEN_AT_ONCE = 1_000;
const WRITES = 30;
const PAGES = [20, 100] as const;
const rounds = Number(values.rounds);

const figures: Figure[] = [];
for (const nodes of values.nodes.split(',').map(Number)) figures.push(...(await measure(nodes)));
printReport(
  {
    bench: 'pages',
    setting: [
      `entities of a tenant, a tenth as many documents and nine tenths as many relationships; ${rounds} pages each`,
      `of entities ${WRITES * WRITTEN_AT_ONCE} more, which were written before the pages were read`,
      'milliseconds of the processor, engine and its thread together; pages at the beginning, in the middle and at the end',
    ],
    figures,
  },
  values,
);

async function measure(nodes: number): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-pages-'));
  const engine = createEngine({ directory });
  await engine.open();
  try {
    const found: Figure[] = [];
    const tell = (name: string, value: number, unit = 'ms') =>
      found.push({ name: `${nodes} entities: ${name}`, value, unit });
    await fill(engine, nodes);
    tell(`a write of ${WRITTEN_AT_ONCE} entities, nothing held`, await writeCost(engine, 'before'));
    const kinds = { entities: entitiesAfter, documents: documentsAfter };
    for (const [kind, listing] of Object.entries(kinds))
      for (const limit of PAGES)
        tell(`page of ${limit} ${kind}, by the statement`, await looked(engine, listing, limit));
    const begun = process.cpuUsage();
    for (const listing of Object.values(kinds)) await pageOf(engine, listing('', 1));
    await engine.idsHeld();
    tell('taking both lists up, once', msSince(begun));
    for (const [kind, listing] of Object.entries(kinds))
      for (const limit of PAGES)
        tell(`page of ${limit} ${kind}, along ids`, await alongIds(engine, listing, limit));
    tell(`a write of ${WRITTEN_AT_ONCE} entities, lists held`, await writeCost(engine, 'behind'));
    return found;
  } finally {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function fill(engine: GraphEngine, nodes: number): Promise<void> {
  for (let from = 0; from < nodes; from += WRITTEN_AT_ONCE) {
    const some = Array.from({ length: Math.min(WRITTEN_AT_ONCE, nodes - from) }, (_, at) => from + at);
    await write(engine, [
      put('Entity', some.map(entityAt)),
      put('Relationship', some.slice(some.length / 10).map(relationshipAt)),
      createDocuments(some.slice(0, some.length / 10).map(documentAt)),
    ]);
  }
}

async function writeCost(engine: GraphEngine, key: string): Promise<number> {
  const begun = process.cpuUsage();
  for (let at = 0; at < WRITES; at++) {
    const some = Array.from({ length: WRITTEN_AT_ONCE }, (_, row) => entityAt(`${key} ${at} ${row}`));
    await write(engine, [put('Entity', some)]);
  }
  return msSince(begun) / WRITES;
}

type Listing = (after: string, limit: number) => Statement<unknown>;

async function looked(engine: GraphEngine, listing: Listing, limit: number): Promise<number> {
  return timed((after) => {
    const { cypher, parameters } = listing(after, limit + 1);
    return engine.read(cypher, parameters);
  });
}

async function alongIds(engine: GraphEngine, listing: Listing, limit: number): Promise<number> {
  return timed(async (after) => {
    const { isAlongIds } = await pageOf(engine, listing(after, limit + 1));
    if (!isAlongIds) throw new Error('The ids are not held.');
  });
}

/** On average, at the beginning, in the middle and near the end: ids are hashes. */
async function timed(read: (afterHash: string) => Promise<unknown>): Promise<number> {
  const places = ['-', 'V', 'z'];
  for (const place of places) await read(place);
  const begun = process.cpuUsage();
  for (let at = 0; at < rounds; at++) await read(places[at % places.length] ?? '');
  return msSince(begun) / rounds;
}

function pageOf(engine: GraphEngine, { cypher, parameters, page }: Statement<unknown>) {
  return engine.readPage({ cypher, parameters, page: page as IdPage });
}

function entitiesAfter(hash: string, limit: number): Statement<unknown> {
  return entitiesListed({
    ...{ tenant: TENANT, type: null, collectionId: null },
    ...{ after: `ent_${hash}`, limit },
  });
}

function documentsAfter(hash: string, limit: number): Statement<unknown> {
  const any = { collectionId: null, status: null, mediaTypes: null, updatedAfter: '', updatedBefore: null };
  return documentsListed({ tenant: TENANT, ...any, after: `doc_${hash}`, limit });
}

function entityAt(key: number | string) {
  const name = `Entity ${key}`;
  return { id: stableId('ent', TENANT, name), tenant: TENANT, key: name.toLowerCase(), name, type: 'THING' };
}

function relationshipAt(key: number) {
  return { id: stableId('rel', TENANT, String(key)), tenant: TENANT, type: 'KNOWS' };
}

function documentAt(key: number) {
  return {
    ...{
      id: stableId('doc', TENANT, String(key)),
      tenant: TENANT,
      collectionId: stableId('col', TENANT, 'c'),
    },
    ...{ key: String(key), title: `Document ${key}`, mediaType: 'text/plain', metadata: {} },
    ...{ status: 'READY' as const, contentHash: `sha256:${key}`, createdAt: AT, updatedAt: AT },
  };
}

function put(label: CarriedLabel, nodes: readonly { readonly [name: string]: string }[]): Statement<unknown> {
  return putNodes(
    label,
    nodes.map((properties) => ({ id: properties['id'] ?? '', properties })),
  );
}

function write(engine: GraphEngine, statements: readonly Statement<unknown>[]) {
  const body = statements.map(({ cypher, parameters }) => ({ cypher, parameters }));
  return engine.write(JSON.stringify(body), true);
}

function msSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
}
