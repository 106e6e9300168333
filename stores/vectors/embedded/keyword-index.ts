/**
 * Keyword postings and what filters look at, in SQLite with FTS5. Each tenant has a posting table of its own, so
 * that one tenant's words never weigh in another's ranking. Synchronous, so it lives in a worker thread.
 */

import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Boundary } from '../../../model/filter.ts';
import type {
  IndexChange,
  IndexedChunk,
  IndexedDocument,
  KeywordQuery,
  ScoredChunk,
} from '../vector-store.ts';
import { boundaryToSql } from './filter-sql.ts';
import { keywordQuery, phraseQuery } from './keyword-query.ts';

/** How much a term counts by where it stands. A title says what its document is about. */
const COLUMN_WEIGHTS = { title: 3, headings: 1.5, text: 1 };

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS document (
    tenant TEXT NOT NULL,
    document_id TEXT NOT NULL,
    collection_id TEXT NOT NULL,
    media_type TEXT NOT NULL,
    metadata TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (tenant, document_id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS chunk (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    chunk_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    UNIQUE (tenant, chunk_id)
  );
  CREATE INDEX IF NOT EXISTS chunk_document ON chunk (tenant, document_id);
  CREATE TABLE IF NOT EXISTS unsettled_vector (tenant TEXT NOT NULL, chunk_id TEXT NOT NULL, PRIMARY KEY (tenant, chunk_id));
`;

export interface KeywordIndex {
  setting(name: string): string | null;
  setSetting(name: string, value: string): void;
  /** Those of the chunks that are indexed already. */
  known(tenant: string, chunkIds: readonly string[]): readonly string[];
  chunksOfDocuments(tenant: string, documentIds: readonly string[]): readonly string[];
  /** Notes chunks whose vectors are about to be written, so that a crash in between can be mended. */
  unsettle(tenant: string, chunkIds: readonly string[]): void;
  unsettled(): readonly { readonly tenant: string; readonly chunkIds: readonly string[] }[];
  settle(): void;
  /** Applies the change in one transaction; gives the number of postings removed. */
  apply(change: IndexChange): number;
  search(query: KeywordQuery, boundary: Boundary): readonly ScoredChunk[];
  countPhrase(phrase: string, tenant: string, limit: number): number;
  matching(documentIds: readonly string[] | null, boundary: Boundary, limit: number): readonly string[];
  version(): string;
  close(): void;
}

export function openKeywordIndex(path: string): KeywordIndex {
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  const tables = new Set<string>();

  /** The tenant's posting table, made on first use. It keeps postings only: the text lives in the graph. */
  const postings = (tenant: string): string => {
    const name = `posting_${createHash('sha256').update(tenant).digest('hex').slice(0, 32)}`;
    if (!tables.has(name)) {
      database.exec(
        `CREATE VIRTUAL TABLE IF NOT EXISTS ${name} USING fts5(title, headings, text, content='', contentless_delete=1,
         tokenize='porter unicode61 remove_diacritics 2')`,
      );
      tables.add(name);
    }
    return name;
  };

  const removeChunks = (tenant: string, chunkIds: readonly string[]): number => {
    const table = postings(tenant);
    const find = database.prepare('DELETE FROM chunk WHERE tenant = ? AND chunk_id = ? RETURNING id');
    const remove = database.prepare(`DELETE FROM ${table} WHERE rowid = ?`);
    let removed = 0;
    for (const chunkId of chunkIds) {
      const row = find.get(tenant, chunkId);
      if (row === undefined) continue;
      remove.run(Number(row.id));
      removed += 1;
    }
    return removed;
  };
  const addChunks = (tenant: string, chunks: readonly IndexedChunk[]) => {
    const addRow = database.prepare('INSERT INTO chunk (tenant, chunk_id, document_id) VALUES (?, ?, ?)');
    const addPosting = database.prepare(
      `INSERT INTO ${postings(tenant)} (rowid, title, headings, text) VALUES (?, ?, ?, ?)`,
    );
    for (const { chunkId, documentId, title, headings, text } of chunks) {
      const { lastInsertRowid } = addRow.run(tenant, chunkId, documentId);
      addPosting.run(lastInsertRowid, title, headings.join('\n'), text);
    }
  };
  const putDocuments = (tenant: string, documents: readonly IndexedDocument[]) => {
    const put = database.prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)');
    for (const { documentId, collectionId, mediaType, metadata, updatedAt } of documents) {
      put.run(tenant, documentId, collectionId, mediaType, JSON.stringify(metadata), updatedAt);
    }
  };
  const chunkIdsWhere = (column: 'chunk_id' | 'document_id', tenant: string, ids: readonly string[]) =>
    database
      .prepare(
        `SELECT chunk_id AS id FROM chunk WHERE tenant = ? AND ${column} IN (SELECT value FROM json_each(?))`,
      )
      .all(tenant, JSON.stringify(ids))
      .map((row) => String(row.id));

  const applyChange = (change: IndexChange): number => {
    const { tenant, chunks = [], documents = [], removeChunkIds = [], removeDocumentIds = [] } = change;
    const removed = removeChunks(tenant, [
      ...removeChunkIds,
      ...chunkIdsWhere('document_id', tenant, removeDocumentIds),
    ]);
    const forget = database.prepare('DELETE FROM document WHERE document_id = ? AND tenant = ?');
    for (const id of removeDocumentIds) forget.run(id, tenant);
    putDocuments(tenant, documents);
    removeChunks(
      tenant,
      chunks.map(({ chunkId }) => chunkId),
    );
    addChunks(tenant, chunks);
    return removed;
  };

  return {
    setting: (name) => {
      const row = database.prepare('SELECT value FROM setting WHERE name = ?').get(name);
      return row === undefined ? null : String(row.value);
    },
    setSetting: (name, value) => {
      database.prepare('INSERT OR REPLACE INTO setting VALUES (?, ?)').run(name, value);
    },
    known: (tenant, ids) => chunkIdsWhere('chunk_id', tenant, ids),
    chunksOfDocuments: (tenant, ids) => chunkIdsWhere('document_id', tenant, ids),
    unsettle: (tenant, chunkIds) => {
      database
        .prepare('INSERT OR IGNORE INTO unsettled_vector SELECT ?, value FROM json_each(?)')
        .run(tenant, JSON.stringify(chunkIds));
    },
    unsettled: () => {
      const rows = database.prepare('SELECT tenant, chunk_id AS id FROM unsettled_vector').all();
      const byTenant = Map.groupBy(rows, (row) => String(row.tenant));
      return [...byTenant].map(([tenant, found]) => ({
        tenant,
        chunkIds: found.map((row) => String(row.id)),
      }));
    },
    settle: () => database.exec('DELETE FROM unsettled_vector'),
    apply: (change) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const removed = applyChange(change);
        database.exec('COMMIT');
        return removed;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    search: ({ text, limit }, boundary) => {
      const query = keywordQuery(text);
      if (query === null) return [];
      const table = postings(boundary.tenant);
      const { title, headings, text: body } = COLUMN_WEIGHTS;
      const { sql, values } = boundaryToSql(boundary);
      return database
        .prepare(
          `SELECT c.chunk_id, c.document_id, -bm25(${table}, ${title}, ${headings}, ${body}) AS score
           FROM ${table} JOIN chunk c ON c.id = ${table}.rowid JOIN document d ON d.tenant = c.tenant AND d.document_id = c.document_id
           WHERE ${table} MATCH ? AND ${sql} ORDER BY score DESC, c.chunk_id LIMIT ?`,
        )
        .all(query, ...values, limit)
        .map((row) => ({
          chunkId: String(row.chunk_id),
          documentId: String(row.document_id),
          score: Number(row.score),
        }));
    },
    countPhrase: (phrase, tenant, limit) => {
      const query = phraseQuery(phrase);
      if (query === null) return 0;
      const table = postings(tenant);
      const row = database
        .prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ?)`)
        .get(query, limit);
      return Number(row?.n);
    },
    matching: (documentIds, boundary, limit) => {
      const { sql, values } = boundaryToSql(boundary);
      const among = documentIds === null ? '' : 'd.document_id IN (SELECT value FROM json_each(?)) AND';
      return database
        .prepare(`SELECT d.document_id AS id FROM document d WHERE ${among} ${sql} LIMIT ?`)
        .all(...(documentIds === null ? [] : [JSON.stringify(documentIds)]), ...values, limit)
        .map((row) => String(row.id));
    },
    version: () => String(database.prepare('SELECT sqlite_version() AS version').get()?.version),
    close: () => database.close(),
  };
}
