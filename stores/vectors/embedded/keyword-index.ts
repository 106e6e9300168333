/**
 * Keyword postings and what filters look at, in SQLite with FTS5. Each tenant has a posting table of its own, so
 * that one tenant's words never weigh in another's ranking. Synchronous, so it lives in a worker thread.
 */

import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Boundary } from '../../../model/filter.ts';
import type { HeldPage } from '../index-faults.ts';
import { COLUMN_WEIGHTS, TOKENIZER } from '../keyword-words.ts';
import type { IndexChange, KeywordQuery, MissingVectors, ScoredChunk } from '../vector-store.ts';
import { applyChange } from './apply-change.ts';
import { boundaryToSql, chunkBoundaryToSql, hasDocumentFilter } from './filter-sql.ts';
import {
  type DocumentRow,
  documentRows,
  heldChunks,
  heldDocuments,
  heldTenants,
  isFoundByWords,
  type PostingRow,
  postingRows,
  strayPostings,
} from './index-rows.ts';
import { keywordQuery, phraseQuery } from './keyword-query.ts';
import { SCHEMA } from './keyword-schema.ts';
import { MISSING_VECTOR_TABLE, missingVectors, noteMissing } from './missing-vectors.ts';
import { createWordsWithin } from './words-within.ts';

export interface KeywordIndex {
  setting(name: string): string | null;
  setSetting(name: string, value: string): void;
  /** Those of the chunks that are indexed already. */
  known(tenant: string, chunkIds: readonly string[]): readonly string[];
  chunksOfDocuments(tenant: string, documentIds: readonly string[]): readonly string[];
  /** Notes chunks whose vectors are about to be written, so that a crash in between can be mended. */
  unsettle(tenant: string, chunkIds: readonly string[]): void;
  unsettled(): readonly { readonly tenant: string; readonly chunkIds: readonly string[] }[];
  /** Notes chunks of which the index should hold a vector and does not. {@link apply} keeps the note up to date. */
  noteMissing(tenant: string, chunkIds: readonly string[]): void;
  missingVectors(page: { readonly after: string | null; readonly limit: number }): MissingVectors;
  /** Applies the change in one transaction and forgets what was unsettled; gives the number of postings removed. */
  apply(change: IndexChange): number;
  /** The best chunks of the whole tenant, best first, those of equal score in no certain order. */
  search(query: KeywordQuery, tenant: string): readonly ScoredChunk[];
  /** The best chunks inside the boundary, best first, ties by chunk id. Looks at every match. */
  searchInside(query: KeywordQuery, boundary: Boundary): readonly ScoredChunk[];
  /** The same where words weigh by the chunks of the boundary's collections alone. */
  searchClosed(query: KeywordQuery, boundary: Boundary): readonly ScoredChunk[];
  countPhrase(phrase: string, inside: Pick<Boundary, 'tenant' | 'collectionIds'>, limit: number): number;
  /** Those chunks that lie inside the boundary. */
  inside<Chunk extends { readonly chunkId: string }>(
    chunks: readonly Chunk[],
    boundary: Boundary,
  ): readonly Chunk[];
  /** How many chunks lie inside the boundary; counting stops at `limit`. */
  countInside(boundary: Boundary, limit: number): number;
  /** Of all tenants. */
  countChunks(): number;
  /** The documents inside the boundary, of all or of those given. */
  matching(documentIds: readonly string[] | null, boundary: Boundary): readonly string[];
  postingRows(tenant: string, chunkIds: readonly string[]): readonly PostingRow[];
  /** Ids of the chunks whose words lead nowhere, though their text is there. */
  notFoundByWords(tenant: string, rows: readonly PostingRow[]): readonly string[];
  documentRows(tenant: string, documentIds: readonly string[]): readonly DocumentRow[];
  held(
    tenant: string,
    part: 'CHUNKS' | 'DOCUMENTS' | 'POSTINGS',
    page: { readonly after: string | null; readonly limit: number },
  ): HeldPage;
  tenants(): readonly string[];
  version(): string;
  close(): void;
}

export function openKeywordIndex(path: string): KeywordIndex {
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  database.exec(MISSING_VECTOR_TABLE);
  const rows = (sql: string, ...values: readonly (string | number)[]) => database.prepare(sql).all(...values);
  const ids = (sql: string, ...values: readonly (string | number)[]) =>
    rows(sql, ...values).map((row) => String(row.id));

  const tables = new Set(
    ids(`SELECT name AS id FROM sqlite_schema WHERE name LIKE 'posting\\_%' ESCAPE '\\'`),
  );
  /** The tenant's posting table, or null where nothing of it was ever indexed: reading makes no table. */
  const postings = (tenant: string): string | null => {
    const name = postingTable(tenant);
    return tables.has(name) ? name : null;
  };

  const chunkIdsWhere = (column: 'chunk_id' | 'document_id', tenant: string, values: readonly string[]) =>
    ids(
      `SELECT chunk_id AS id FROM chunk WHERE tenant = ? AND ${column} IN (SELECT value FROM json_each(?))`,
      tenant,
      JSON.stringify(values),
    );

  const words = createWordsWithin(database);
  const inside = <Chunk extends { readonly chunkId: string }>(
    chunks: readonly Chunk[],
    boundary: Boundary,
  ) => {
    const { join, sql, values } = chunkBoundaryToSql(boundary);
    const kept = ids(
      `SELECT c.chunk_id AS id FROM json_each(?) asked
       CROSS JOIN chunk c ON c.chunk_id = asked.value ${join} WHERE ${sql}`,
      JSON.stringify(chunks.map(({ chunkId }) => chunkId)),
      ...values,
    );
    const keptIds = new Set(kept);
    return chunks.filter(({ chunkId }) => keptIds.has(chunkId));
  };

  return {
    setting: (name) => ids('SELECT value AS id FROM setting WHERE name = ?', name).at(0) ?? null,
    setSetting: (name, value) => {
      database.prepare('INSERT OR REPLACE INTO setting VALUES (?, ?)').run(name, value);
    },
    known: (tenant, chunkIds) => chunkIdsWhere('chunk_id', tenant, chunkIds),
    chunksOfDocuments: (tenant, documentIds) => chunkIdsWhere('document_id', tenant, documentIds),
    unsettle: (tenant, chunkIds) => {
      database
        .prepare('INSERT OR IGNORE INTO unsettled_vector SELECT ?, value FROM json_each(?)')
        .run(tenant, JSON.stringify(chunkIds));
    },
    unsettled: () => {
      const found = rows('SELECT tenant, chunk_id FROM unsettled_vector');
      const byTenant = Map.groupBy(found, (row) => String(row.tenant));
      return [...byTenant].map(([tenant, chunks]) => ({
        tenant,
        chunkIds: chunks.map((row) => String(row.chunk_id)),
      }));
    },
    noteMissing: (tenant, chunkIds) => noteMissing(database, tenant, chunkIds),
    missingVectors: (page) => missingVectors(database, page),
    apply: (change) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const table = postingTable(change.tenant);
        database.exec(postingTableSql(table));
        const removed = applyChange(database, table, change);
        database.exec('COMMIT');
        tables.add(table);
        words.forget();
        return removed;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    search: ({ text, limit }, tenant) => {
      const [query, table] = [keywordQuery(text), postings(tenant)];
      if (query === null || table === null) return [];
      return rows(
        `SELECT c.chunk_id, c.document_id, best.score
         FROM (SELECT rowid AS id, ${scoreSql(table)} AS score FROM ${table} WHERE ${table} MATCH ?
               ORDER BY score DESC LIMIT ?) best
         JOIN chunk c ON c.id = best.id ORDER BY best.score DESC`,
        query,
        limit,
      ).map(toScored);
    },
    searchInside: ({ text, limit }, boundary) => {
      const [query, table] = [keywordQuery(text), postings(boundary.tenant)];
      if (query === null || table === null) return [];
      const { join, sql, values } = chunkBoundaryToSql(boundary);
      return rows(
        `SELECT c.chunk_id, c.document_id, ${scoreSql(table)} AS score
         FROM ${table} JOIN chunk c ON c.id = ${table}.rowid ${join}
         WHERE ${table} MATCH ? AND ${sql} ORDER BY score DESC, c.chunk_id LIMIT ?`,
        query,
        ...values,
        limit,
      ).map(toScored);
    },
    searchClosed: (query, boundary) => {
      const { tenant, collectionIds = [] } = boundary;
      const table = postings(tenant);
      if (table === null) return [];
      const found = words.search(table, query, { tenant, collectionIds });
      return (hasDocumentFilter(boundary) ? inside(found, boundary) : found).slice(0, query.limit);
    },
    countPhrase: (phrase, { tenant, collectionIds }, limit) => {
      const [query, table] = [phraseQuery(phrase), postings(tenant)];
      if (query === null || table === null) return 0;
      const within = collectionIds === undefined ? null : chunkBoundaryToSql({ tenant, collectionIds });
      const found =
        within === null
          ? `SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ?`
          : `SELECT 1 FROM ${table} CROSS JOIN chunk c ON c.id = ${table}.rowid
             WHERE ${table} MATCH ? AND ${within.sql} LIMIT ?`;
      const sql = `SELECT count(*) AS n FROM (${found})`;
      return Number(rows(sql, query, ...(within?.values ?? []), limit).at(0)?.n);
    },
    inside,
    countInside: (boundary, limit) => {
      const { join, sql, values } = chunkBoundaryToSql(boundary);
      const found = `SELECT 1 FROM chunk c ${join} WHERE ${sql} LIMIT ?`;
      return Number(rows(`SELECT count(*) AS n FROM (${found})`, ...values, limit).at(0)?.n);
    },
    matching: (documentIds, boundary) => {
      const { sql, values } = boundaryToSql(boundary);
      const among = documentIds === null ? '' : 'd.document_id IN (SELECT value FROM json_each(?)) AND';
      return ids(
        `SELECT d.document_id AS id FROM document d WHERE ${among} ${sql}`,
        ...(documentIds === null ? [] : [JSON.stringify(documentIds)]),
        ...values,
      );
    },
    countChunks: () => Number(rows('SELECT count(*) AS n FROM chunk').at(0)?.n),
    postingRows: (tenant, chunkIds) => postingRows(database, postings(tenant), tenant, chunkIds),
    notFoundByWords: (tenant, found) => {
      const table = postings(tenant);
      const lost = found.filter((row) => table !== null && !isFoundByWords(database, table, row));
      return lost.map(({ chunkId }) => chunkId);
    },
    documentRows: (tenant, documentIds) => documentRows(database, tenant, documentIds),
    held: (tenant, part, page) => {
      if (part === 'CHUNKS') return heldChunks(database, tenant, page);
      if (part === 'DOCUMENTS') return heldDocuments(database, tenant, page);
      return strayPostings(database, postings(tenant), page);
    },
    tenants: () => heldTenants(database),
    version: () => ids('SELECT sqlite_version() AS id').at(0) ?? '',
    close: () => database.close(),
  };
}

function postingTable(tenant: string): string {
  return `posting_${createHash('sha256').update(tenant).digest('hex').slice(0, 32)}`;
}

/**
 * It keeps the text beside the postings, twice the space: without it FTS5 cannot take what is deleted out of its
 * counts, so that each chunk indexed anew would make every common word count as rarer. It also deletes and, after
 * deletions, searches about twice as fast.
 */
function postingTableSql(table: string): string {
  return `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING fts5(title, headings, text, tokenize='${TOKENIZER}')`;
}

/** FTS5 gives better matches lower numbers. */
function scoreSql(table: string): string {
  const { title, headings, text } = COLUMN_WEIGHTS;
  return `-bm25(${table}, ${title}, ${headings}, ${text})`;
}

function toScored(row: Readonly<Record<string, unknown>>): ScoredChunk {
  return {
    chunkId: String(row.chunk_id),
    documentId: String(row.document_id),
    score: Number(row.score),
  };
}
