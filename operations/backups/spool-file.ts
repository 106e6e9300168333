/**
 * Nodes and edges in one file of SQLite, in the order in which they came, for a backup that must not keep the graph
 * waiting. It is of no use after a crash, so nothing is done to have it survive one.
 */

import { DatabaseSync } from 'node:sqlite';
import { Problem } from '../../platform/errors.ts';
import {
  CARRIED_EDGES,
  type CarriedEdge,
  type CarriedLabel,
  type CarriedNode,
  type CarriedRelation,
  type Properties,
} from '../../stores/graph/statements/transfer.ts';
import type { GraphView } from './graph-view.ts';

/** Nodes that are read back at once. */
const PAGE = 500;
/** Pages of the file in memory, in KiB. */
const CACHE_KIB = 32 << 10;
/** What SQLite says where the disk is full. */
const SQLITE_FULL = 13;

export interface SpoolFile extends GraphView {
  addNodes(label: CarriedLabel, nodes: readonly CarriedNode[]): void;
  addEdges(edge: CarriedEdge, edges: readonly CarriedRelation[]): void;
  close(): void;
}

export function createSpoolFile(path: string, labels: readonly CarriedLabel[]): SpoolFile {
  const database = new DatabaseSync(path);
  database.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${CACHE_KIB}`,
  );
  for (const label of labels)
    database.exec(
      `CREATE TABLE node_${label} (at INTEGER PRIMARY KEY, id TEXT, document TEXT, properties TEXT)`,
    );
  database.exec('CREATE INDEX of_document ON node_Chunk (document)');
  for (const edge of Object.keys(CARRIED_EDGES))
    database.exec(
      `CREATE TABLE edge_${edge} (source TEXT, target TEXT, properties TEXT); CREATE INDEX from_${edge} ON edge_${edge} (source)`,
    );

  const addAll = (insert: string, rows: readonly (readonly (string | null)[])[]) => {
    const statement = database.prepare(insert);
    try {
      database.exec('BEGIN');
      for (const row of rows) statement.run(...row);
      database.exec('COMMIT');
    } catch (error) {
      throw isFull(error) ? noRoom(error) : error;
    }
  };

  const nodePages = (label: CarriedLabel) =>
    pages(database, label, 'id, properties', (row) => ({
      id: String(row['id']),
      properties: parse(row['properties']),
    }));

  return {
    addNodes: (label, nodes) =>
      addAll(
        `INSERT INTO node_${label} (id, document, properties) VALUES (?, ?, ?)`,
        nodes.map(({ id, properties }) => [id, documentOf(properties), JSON.stringify(properties)]),
      ),
    addEdges: (edge, edges) =>
      addAll(
        `INSERT INTO edge_${edge} (source, target, properties) VALUES (?, ?, ?)`,
        edges.map(({ source, target, properties }) => [source, target, JSON.stringify(properties)]),
      ),
    nodePages,
    sampled: nodePages,
    idPages: (label) => pages(database, label, 'id', (row) => String(row['id'])),
    edgesFrom: async (edge, sources) =>
      database
        .prepare(
          `SELECT source, target, properties FROM json_each(?) AS wanted JOIN edge_${edge} ON source = wanted.value`,
        )
        .all(JSON.stringify(sources))
        .map((row) => ({
          source: String(row['source']),
          target: String(row['target']),
          properties: parse(row['properties']),
        })),
    chunksOf: async (documentIds) =>
      database
        .prepare(
          `SELECT node_Chunk.id AS id, document FROM json_each(?) AS wanted JOIN node_Chunk ON document = wanted.value`,
        )
        .all(JSON.stringify(documentIds))
        .map((row) => ({ chunkId: String(row['id']), documentId: String(row['document']) })),
    count: async (label) =>
      Number(database.prepare(`SELECT count(*) AS count FROM node_${label}`).get()?.['count']),
    indexedTo: async () => {
      const row = database.prepare(`SELECT properties ->> 'value' AS value FROM node_IndexState`).get();
      return Number(row?.['value'] ?? 0);
    },
    close: () => database.close(),
  };
}

type Row = Readonly<Record<string, unknown>>;

async function* pages<Item>(
  database: DatabaseSync,
  label: CarriedLabel,
  columns: string,
  toItem: (row: Row) => Item,
): AsyncGenerator<readonly Item[]> {
  const select = database.prepare(
    `SELECT at, ${columns} FROM node_${label} WHERE at > ? ORDER BY at LIMIT ${PAGE}`,
  );
  for (let after = 0; ; ) {
    const rows = select.all(after);
    if (rows.length === 0) return;
    after = Number(rows.at(-1)?.['at']);
    yield rows.map(toItem);
  }
}

function documentOf({ documentId }: Properties): string | null {
  return typeof documentId === 'string' ? documentId : null;
}

function parse(text: unknown): Properties {
  return JSON.parse(String(text)) as Properties;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL;
}

function noRoom(cause: unknown): Problem {
  return new Problem(
    'UNAVAILABLE',
    'The disk is full on which the backup puts the graph before it is sealed. Make room for as much as the graph has in TRELLIS_DATA_DIR, and begin again.',
    { cause },
  );
}
