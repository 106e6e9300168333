/** A change as rows in SQLite: postings, what filters look at, and which vectors are missing. */

import type { DatabaseSync } from 'node:sqlite';
import type { IndexedChunk, IndexedDocument } from '../indexed.ts';
import type { IndexChange } from '../vector-store.ts';
import { isFoundByWords, postingRows, removeStrayPostings } from './index-rows.ts';
import { forgetMissing, noteMissing } from './missing-vectors.ts';

/** Removals, then documents, then chunks in place of those of the same id. */
export function applyChange(database: DatabaseSync, table: string, change: IndexChange): number {
  const { tenant, chunks = [], documents = [], removeChunkIds = [], removeDocumentIds = [] } = change;
  if (change.anew === true) restoreWords(database, table, change);
  removeStrayPostings(database, table, change.removeStrayIds ?? []);
  const removed =
    removeChunks(database, table, 'chunk_id', tenant, removeChunkIds) +
    removeChunks(database, table, 'document_id', tenant, removeDocumentIds);
  const forget = database.prepare('DELETE FROM document WHERE tenant = ? AND document_id = ?');
  for (const id of removeDocumentIds) forget.run(tenant, id);
  putDocuments(database, tenant, documents);
  const replaced = chunks.map(({ chunkId }) => chunkId);
  removeChunks(database, table, 'chunk_id', tenant, replaced);
  addChunks(database, table, tenant, chunks);
  const without = chunks.filter(({ vector }) => vector === null).map(({ chunkId }) => chunkId);
  noteMissing(database, tenant, without);
  database.exec('DELETE FROM unsettled_vector');
  return removed;
}

/**
 * FTS5 takes out of its counts what it deletes, whether that was in them or not: so where words lead nowhere, they are
 * all made again from the texts beside them first.
 */
function restoreWords(
  database: DatabaseSync,
  table: string,
  { tenant, chunks = [] }: Pick<IndexChange, 'tenant' | 'chunks'>,
): void {
  const ids = chunks.map(({ chunkId }) => chunkId);
  const isLost = postingRows(database, table, tenant, ids).some(
    (row) => !isFoundByWords(database, table, row),
  );
  if (isLost) database.exec(`INSERT INTO ${table} (${table}) VALUES ('rebuild')`);
}

function removeChunks(
  database: DatabaseSync,
  table: string,
  column: 'chunk_id' | 'document_id',
  tenant: string,
  values: readonly string[],
): number {
  const found = database
    .prepare(
      `DELETE FROM chunk WHERE tenant = ? AND ${column} IN (SELECT value FROM json_each(?)) RETURNING id, chunk_id`,
    )
    .all(tenant, JSON.stringify(values));
  const remove = database.prepare(`DELETE FROM ${table} WHERE rowid = ?`);
  for (const { id } of found) remove.run(Number(id));
  const gone = found.map(({ chunk_id }) => String(chunk_id));
  forgetMissing(database, tenant, column === 'chunk_id' ? values : gone);
  return found.length;
}

function addChunks(
  database: DatabaseSync,
  table: string,
  tenant: string,
  chunks: readonly IndexedChunk[],
): void {
  const addRow = database.prepare(
    'INSERT INTO chunk (tenant, chunk_id, document_id, collection_id) VALUES (?, ?, ?, ?)',
  );
  const addPosting = database.prepare(
    `INSERT INTO ${table} (rowid, title, headings, text) VALUES (?, ?, ?, ?)`,
  );
  const clear = database.prepare(`DELETE FROM ${table} WHERE rowid = ?`);
  for (const { chunkId, documentId, collectionId, title, headings, text } of chunks) {
    const { lastInsertRowid } = addRow.run(tenant, chunkId, documentId, collectionId);
    // A posting whose row was lost would be in the way.
    clear.run(lastInsertRowid);
    addPosting.run(lastInsertRowid, title, headings.join('\n'), text);
  }
}

function putDocuments(database: DatabaseSync, tenant: string, documents: readonly IndexedDocument[]): void {
  const put = database.prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)');
  for (const { documentId, collectionId, mediaType, metadata, updatedAt } of documents) {
    const time = new Date(updatedAt).toISOString();
    put.run(tenant, documentId, collectionId, mediaType, JSON.stringify(metadata), time);
  }
}
