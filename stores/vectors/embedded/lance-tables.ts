/** Vectors on disk in LanceDB, one table a tenant: searched whole while they are few, by IVF from then on. */

import { createHash } from 'node:crypto';
import {
  type Connection,
  connect,
  Index,
  makeArrowTable,
  type Table,
  type VectorQuery,
} from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Schema, Utf8 } from 'apache-arrow';
import { LRUCache } from 'lru-cache';
import type { ScoredChunk } from '../vector-store.ts';
import type { DenseRow, DenseSearch } from './dense-row.ts';

/** Vectors of one partition of the approximate index, about. */
const PARTITION_ROWS = 1_000;
/** The partitions are made anew when there should be this many times more of them. */
const PARTITIONS_GROWTH = 4;
/** Partitions looked at in a search, as long as they hold enough that passes the filter. */
const PARTITIONS_PROBED = 30;
/** Ids in one condition. */
const IDS_MAX = 2_000;
const TABLES_OPEN_MAX = 500;
/** Files of replaced versions are kept this long, for the searches that still read them, in ms. */
const OLD_VERSIONS_KEPT_MS = 60_000;

export interface LanceTables {
  add(tenant: string, rows: readonly DenseRow[]): Promise<void>;
  /** Gives how many rows were there. */
  remove(tenant: string, chunkIds: readonly string[]): Promise<number>;
  /** Best first; rows of equal score in no certain order. */
  search(tenant: string, query: DenseSearch): Promise<readonly ScoredChunk[]>;
  read(tenant: string, chunkIds: readonly string[] | null): Promise<readonly DenseRow[]>;
  rows(tenant: string): Promise<number>;
  /** Every row of these chunks, also where a chunk has several. */
  rowsOf(tenant: string, chunkIds: readonly string[]): Promise<readonly DenseRow[]>;
  /** Some of the rows, in an order that stays as long as nothing is written, without their vectors. */
  placesFrom(tenant: string, offset: number, limit: number): Promise<readonly Omit<DenseRow, 'vector'>[]>;
  /** Rows of all tenants. */
  count(): Promise<number>;
  /** Folds the tenant's small files together, forgets replaced ones and brings the approximate index up to date. */
  fold(tenant: string): Promise<void>;
  close(): void;
}

export async function openLanceTables(
  directory: string,
  dimensions: number,
  indexRowsMin: number,
): Promise<LanceTables> {
  // Every read sees what was written before it.
  const connection = await connect(directory, { readConsistencyInterval: 0 });
  const schema = schemaOf(dimensions);
  const known = await tableNames(connection);
  const opened = new LRUCache<string, Promise<Table>>({ max: TABLES_OPEN_MAX });

  const create = (tenant: string): Promise<Table> => openTable(tableName(tenant));
  const openTable = (name: string): Promise<Table> => {
    known.add(name);
    const table = opened.get(name) ?? connection.createEmptyTable(name, schema, { existOk: true });
    opened.set(name, table);
    return table;
  };
  /** Null where nothing of the tenant was ever added: reading makes no table. */
  const open = async (tenant: string): Promise<Table | null> =>
    known.has(tableName(tenant)) ? create(tenant) : null;

  return {
    add: async (tenant, rows) => {
      const records = rows.map(({ chunkId, documentId, collectionId, vector }) => ({
        chunk_id: chunkId,
        document_id: documentId,
        collection_id: collectionId,
        vector,
      }));
      await (await create(tenant)).add(makeArrowTable(records, { schema }));
    },
    remove: async (tenant, chunkIds) => {
      const table = await open(tenant);
      let removed = 0;
      for (const ids of listsOf(chunkIds))
        removed += Number((await table?.delete(isOneOf('chunk_id', ids)))?.numDeletedRows ?? 0);
      return removed;
    },
    search: async (tenant, search) => {
      const table = await open(tenant);
      if (table === null) return [];
      const rows: readonly Record<string, unknown>[] = await queryOf(table, search).toArray();
      return rows.map(toScored);
    },
    read: async (tenant, chunkIds) => {
      const table = await open(tenant);
      if (table === null) return [];
      if (chunkIds === null) return (await table.query().toArray()).map(toRow);
      const found: DenseRow[] = [];
      for (const ids of listsOf(chunkIds))
        found.push(
          ...(await table.query().where(isOneOf('chunk_id', ids)).limit(ids.length).toArray()).map(toRow),
        );
      return found;
    },
    count: async () => {
      let rows = 0;
      for (const name of known) rows += await (await openTable(name)).countRows();
      return rows;
    },
    rows: async (tenant) => (await open(tenant))?.countRows() ?? 0,
    rowsOf: async (tenant, chunkIds) => {
      const table = await open(tenant);
      const found: DenseRow[] = [];
      for (const ids of table === null ? [] : listsOf(chunkIds))
        found.push(...((await table?.query().where(isOneOf('chunk_id', ids)).toArray()) ?? []).map(toRow));
      return found;
    },
    placesFrom: async (tenant, offset, limit) => {
      const table = await open(tenant);
      if (table === null) return [];
      const columns = ['chunk_id', 'document_id', 'collection_id'];
      const rows: readonly Record<string, unknown>[] = await table
        .query()
        .select(columns)
        .limit(limit)
        .offset(offset)
        .toArray();
      return rows.map(toPlace);
    },
    fold: async (tenant) => {
      const table = await open(tenant);
      if (table !== null) await foldTable(table, indexRowsMin);
    },
    close: () => connection.close(),
  };
}

function tableName(tenant: string): string {
  return `vectors_${createHash('sha256').update(tenant).digest('hex').slice(0, 32)}`;
}

const TABLE_NAMES_PAGE = 1_000;

async function tableNames(connection: Connection): Promise<Set<string>> {
  const names = new Set<string>();
  for (let startAfter = ''; ; ) {
    const page = await connection.tableNames({ startAfter, limit: TABLE_NAMES_PAGE });
    for (const name of page) names.add(name);
    const last = page.at(-1);
    if (last === undefined || page.length < TABLE_NAMES_PAGE) return names;
    startAfter = last;
  }
}

function schemaOf(dimensions: number): Schema {
  return new Schema([
    new Field('chunk_id', new Utf8(), false),
    new Field('document_id', new Utf8(), false),
    new Field('collection_id', new Utf8(), false),
    new Field('vector', new FixedSizeList(dimensions, new Field('item', new Float32(), true)), false),
  ]);
}

function queryOf(
  table: Table,
  { vector, limit, collectionIds, documentIds, exact }: DenseSearch,
): VectorQuery {
  const conditions = [
    ...(collectionIds === null ? [] : [isOneOf('collection_id', collectionIds)]),
    ...(documentIds === null ? [] : [isOneOf('document_id', documentIds)]),
  ];
  const query = table
    .query()
    .nearestTo(vector)
    .distanceType('dot')
    .select(['chunk_id', 'document_id', '_distance'])
    .limit(limit);
  const filtered = conditions.length === 0 ? query : query.where(conditions.join(' AND '));
  // Further partitions are searched only while what passes the filter is not enough.
  return exact ? filtered.bypassVectorIndex() : filtered.maximumNprobes(0).minimumNprobes(PARTITIONS_PROBED);
}

async function foldTable(table: Table, indexRowsMin: number): Promise<void> {
  await table.optimize({ cleanupOlderThan: new Date(Date.now() - OLD_VERSIONS_KEPT_MS) });
  const rows = await table.countRows();
  if (rows < indexRowsMin) return;
  const indices = await table.listIndices();
  const vectorIndices = indices.filter(({ columns }) => columns.includes('vector')).map(({ name }) => name);
  const partitions = Math.ceil(rows / PARTITION_ROWS);
  const made = Math.max(0, ...vectorIndices.map((name) => Number(name.split('_').at(-1))));
  if (partitions < made * PARTITIONS_GROWTH) return;
  const config = Index.ivfFlat({ numPartitions: partitions, distanceType: 'dot' });
  await table.createIndex('vector', { config, name: `vector_${partitions}` });
  for (const name of vectorIndices) await table.dropIndex(name);
  if (made > 0) return;
  await table.createIndex('chunk_id', { config: Index.btree() });
  await table.createIndex('document_id', { config: Index.btree() });
  await table.createIndex('collection_id', { config: Index.bitmap() });
}

function toRow(row: Record<string, unknown>): DenseRow {
  return { ...toPlace(row), vector: Float32Array.from(row.vector as Iterable<number>) };
}

function toPlace(row: Record<string, unknown>): Omit<DenseRow, 'vector'> {
  return {
    chunkId: String(row.chunk_id),
    documentId: String(row.document_id),
    collectionId: String(row.collection_id),
  };
}

/** For unit vectors Lance's dot distance is one minus the cosine. */
function toScored(row: Record<string, unknown>): ScoredChunk {
  return {
    chunkId: String(row.chunk_id),
    documentId: String(row.document_id),
    score: 1 - Number(row._distance),
  };
}

function listsOf(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / IDS_MAX) }, (_, at) =>
    ids.slice(at * IDS_MAX, (at + 1) * IDS_MAX),
  );
}

/** Lance takes no parameters: texts are quoted, and a quote inside is doubled. */
function isOneOf(column: string, values: readonly string[]): string {
  if (values.length === 0) return 'FALSE';
  return `${column} IN (${values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')})`;
}
