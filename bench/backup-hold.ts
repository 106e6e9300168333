/**
 * How long writers wait for a backup of a graph on a real Neo4j: nodes and edges such as indexing leaves, read into the
 * file that the rest of the backup is made from. `npm run bench:hold -- --chunks 20000`.
 */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spool } from '../operations/backups/spool.ts';
import {
  CARRIED_LABELS,
  type CarriedNode,
  type CarriedRelation,
  putEdges,
  putNodes,
} from '../stores/graph/statements/transfer.ts';
import { boltStore } from '../test/servers/bolt-graph.ts';
import { startNeo4j } from '../test/servers/neo4j.ts';

const { values } = parseArgs({ options: { chunks: { type: 'string', default: '20000' } } });
const CHUNKS = Number(values.chunks);
const MENTIONS_A_CHUNK = 5;
const CHUNKS_AN_ENTITY = 4;
const TEXT =
  'Ada Lovelace wrote to Charles Babbage of the engine that he had drawn and nobody had built. '.repeat(9);
const AT_ONCE = 1_000;

const server = await startNeo4j();
const store = boltStore(server);
const folder = await mkdtemp(join(tmpdir(), 'trellis-hold-'));
try {
  await store.open();
  const entities = Math.ceil(CHUNKS / CHUNKS_AN_ENTITY);
  for (let at = 0; at < entities; at += AT_ONCE)
    await store.write([putNodes('Entity', range(at, Math.min(at + AT_ONCE, entities)).map(entity))]);
  for (let at = 0; at < CHUNKS; at += AT_ONCE) {
    const numbers = range(at, Math.min(at + AT_ONCE, CHUNKS));
    await store.write([putNodes('Chunk', numbers.map(chunk))]);
    await store.write([
      putEdges(
        'MENTIONS',
        numbers.flatMap((number) => mentions(number, entities)),
      ),
    ]);
  }
  const rows = entities + CHUNKS * (1 + MENTIONS_A_CHUNK);
  for (const round of ['cold', 'warm']) {
    const path = join(folder, `${randomUUID()}.sqlite`);
    const before = performance.now();
    const view = await store.openSnapshot();
    const file = await spool(view, { path, labels: CARRIED_LABELS, signal: new AbortController().signal });
    await view.close();
    const seconds = (performance.now() - before) / 1_000;
    const megabytes = (await stat(path)).size / 1e6;
    file.close();
    console.log(
      `${round}: ${rows} nodes and edges in ${seconds.toFixed(1)} s: ${Math.round(rows / seconds)} a second, ${megabytes.toFixed(0)} MB on disk`,
    );
  }
} finally {
  await store.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

function idOf(kind: string, number: number): string {
  return `acme:${kind}:${String(number).padStart(9, '0')}`;
}

function entity(number: number): CarriedNode {
  const id = idOf('entity', number);
  return { id, properties: { id, tenant: 'acme', name: `Entity ${number}`, types: ['PERSON'] } };
}

function chunk(number: number): CarriedNode {
  const [id, documentId] = [idOf('chunk', number), idOf('document', Math.floor(number / 10))];
  const properties = { id, documentId, tenant: 'acme', index: number % 10, text: `${number} ${TEXT}` };
  return { id, properties: { ...properties, start: 0, end: TEXT.length, digest: randomUUID() } };
}

function mentions(number: number, entities: number): readonly CarriedRelation[] {
  return range(0, MENTIONS_A_CHUNK).map((at) => ({
    source: idOf('chunk', number),
    target: idOf('entity', (number * 7 + at * 13) % entities),
    properties: { places: `[[${at},${at + 5}]]` },
  }));
}
