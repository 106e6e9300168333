/** Dense vectors in LanceDB: one table a tenant, exact below a size, IVF above it. */

import { createHash } from 'node:crypto';
import { type Connection, connect, Index, makeArrowTable, type Table } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Schema, Utf8 } from 'apache-arrow';
import type { IndexedChunk, ScoredChunk } from '../vector-store.ts';

/** From this many rows on, an approximate index is faster than looking at every vector. */
const INDEX_ROWS_MIN = 20_000;
/** Vectors of one partition of the approximate index, about. */
const PARTITION_ROWS = 1_000;
/** Partitions looked at in a search: recall stays above 0.95 on our data. */
const PARTITIONS_PROBED = 20;

export interface DenseSearch {
  readonly vector: Float32Array;
  readonly limit: number;
  /** Only these, exactly; null for every row. */
  readonly collectionIds: readonly string[] | null;
  readonly documentIds: readonly string[] | null;
}

export interface DenseIndex {
  add(tenant: string, chunks: readonly IndexedChunk[]): Promise<void>;
  remove(tenant: string, chunkIds: readonly string[]): Promise<number>;
  search(tenant: string, query: DenseSearch): Promise<readonly ScoredChunk[]>;
  vectors(tenant: string, chunkIds: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  rows(tenant: string): Promise<number>;
  /** Folds small files together and brings the approximate index up to date. */
  optimize(): Promise<void>;
  close(): void;
}

export async function openDenseIndex(directory: string, dimensions: number): Promise<DenseIndex> {
  // Every read sees what was written before it.
  const connection = await connect(directory, { readConsistencyInterval: 0 });
  const schema = schemaOf(dimensions);
  const tables = new Map<string, Promise<Table>>();

  const table = (tenant: string): Promise<Table> => {
    const name = `vectors_${createHash('sha256').update(tenant).digest('hex').slice(0, 32)}`;
    const opened = tables.get(name) ?? openTable(connection, name, schema);
    tables.set(name, opened);
    return opened;
  };

  return {
    add: async (tenant, chunks) => {
      if (chunks.length === 0) return;
      await (await table(tenant)).add(makeArrowTable(chunks.map(toRow), { schema }));
    },
    remove: async (tenant, chunkIds) => {
      if (chunkIds.length === 0) return 0;
      const target = await table(tenant);
      const before = await target.countRows();
      await target.delete(isOneOf('chunk_id', chunkIds));
      return before - (await target.countRows());
    },
    search: async (tenant, { vector, limit, collectionIds, documentIds }) => {
      const conditions = [
        ...(collectionIds === null ? [] : [isOneOf('collection_id', collectionIds)]),
        ...(documentIds === null ? [] : [isOneOf('document_id', documentIds)]),
      ];
      let query = (await table(tenant))
        .query()
        .nearestTo(vector)
        .distanceType('dot')
        .nprobes(PARTITIONS_PROBED)
        .select(['chunk_id', 'document_id', '_distance'])
        .limit(limit);
      if (conditions.length > 0) query = query.where(conditions.join(' AND '));
      // Recall of an approximate index falls under a selective filter; a scan of what the filter leaves is exact.
      if (documentIds !== null) query = query.bypassVectorIndex();
      const rows: readonly Record<string, unknown>[] = await query.toArray();
      return rows.map(toScored).sort(byScore);
    },
    vectors: async (tenant, chunkIds) => {
      if (chunkIds.length === 0) return new Map();
      const rows: readonly Record<string, unknown>[] = await (await table(tenant))
        .query()
        .where(isOneOf('chunk_id', chunkIds))
        .select(['chunk_id', 'vector'])
        .limit(chunkIds.length)
        .toArray();
      return new Map(
        rows.map((row) => [String(row.chunk_id), Float32Array.from(row.vector as Iterable<number>)]),
      );
    },
    rows: async (tenant) => (await table(tenant)).countRows(),
    optimize: async () => {
      for (const opened of tables.values()) await optimizeTable(await opened);
    },
    close: () => connection.close(),
  };
}

function schemaOf(dimensions: number): Schema {
  return new Schema([
    new Field('chunk_id', new Utf8(), false),
    new Field('document_id', new Utf8(), false),
    new Field('collection_id', new Utf8(), false),
    new Field('vector', new FixedSizeList(dimensions, new Field('item', new Float32(), true)), false),
  ]);
}

async function openTable(connection: Connection, name: string, schema: Schema): Promise<Table> {
  if ((await connection.tableNames()).includes(name)) return connection.openTable(name);
  return connection.createEmptyTable(name, schema, { existOk: true });
}

async function optimizeTable(table: Table): Promise<void> {
  await table.optimize();
  const rows = await table.countRows();
  if (rows < INDEX_ROWS_MIN) return;
  const indexed = (await table.listIndices()).some((index) => index.columns.includes('vector'));
  if (indexed) return;
  const numPartitions = Math.ceil(rows / PARTITION_ROWS);
  await table.createIndex('vector', { config: Index.ivfFlat({ numPartitions, distanceType: 'dot' }) });
  await table.createIndex('document_id', { config: Index.btree() });
  await table.createIndex('collection_id', { config: Index.bitmap() });
}

function toRow({ chunkId, documentId, collectionId, vector }: IndexedChunk) {
  return { chunk_id: chunkId, document_id: documentId, collection_id: collectionId, vector };
}

/** For unit vectors Lance's dot distance is one minus the cosine. */
function toScored(row: Record<string, unknown>): ScoredChunk {
  return {
    chunkId: String(row.chunk_id),
    documentId: String(row.document_id),
    score: 1 - Number(row._distance),
  };
}

function byScore(left: ScoredChunk, right: ScoredChunk): number {
  return right.score - left.score || (left.chunkId < right.chunkId ? -1 : 1);
}

/** Lance takes no parameters: texts are quoted, and a quote inside is doubled. */
function isOneOf(column: string, values: readonly string[]): string {
  if (values.length === 0) return 'FALSE';
  return `${column} IN (${values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')})`;
}
