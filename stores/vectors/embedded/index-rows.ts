/** What lies in SQLite row by row, for whoever compares it with the graph. */

import type { DatabaseSync } from 'node:sqlite';
import type { HeldPage } from '../index-faults.ts';

/** The posting of a chunk; texts are null where the chunk has a row and no posting. */
export interface PostingRow {
  readonly id: number;
  readonly chunkId: string;
  readonly documentId: string;
  readonly collectionId: string;
  readonly title: string | null;
  readonly headings: string | null;
  readonly text: string | null;
}

export interface DocumentRow {
  readonly documentId: string;
  readonly collectionId: string;
  readonly mediaType: string;
  /** JSON text. */
  readonly metadata: string;
  readonly updatedAt: string;
}

/** Characters of a text that are looked for as a phrase. */
const SAMPLE_CHARS = 80;

/** Where the tenant has no posting table, nothing is there. */
export function postingRows(
  database: DatabaseSync,
  table: string | null,
  tenant: string,
  chunkIds: readonly string[],
): readonly PostingRow[] {
  if (table === null) return [];
  const rows = database
    .prepare(
      `SELECT c.id, c.chunk_id, c.document_id, c.collection_id, p.title, p.headings, p.text
       FROM json_each(?) asked CROSS JOIN chunk c ON c.tenant = ? AND c.chunk_id = asked.value
       LEFT JOIN ${table} p ON p.rowid = c.id`,
    )
    .all(JSON.stringify(chunkIds), tenant);
  return rows.map((row) => ({
    id: Number(row.id),
    chunkId: String(row.chunk_id),
    documentId: String(row.document_id),
    collectionId: String(row.collection_id),
    title: textOrNull(row.title),
    headings: textOrNull(row.headings),
    text: textOrNull(row.text),
  }));
}

/** Whether the words are found where they stand: the text beside the postings may be right while these are lost. */
export function isFoundByWords(database: DatabaseSync, table: string, { id, text }: PostingRow): boolean {
  const sample = sampleOf(text ?? '');
  if (sample === null) return true;
  return (
    database
      .prepare(`SELECT 1 FROM ${table} WHERE ${table} MATCH ? AND rowid = ?`)
      .get(`text : "${sample.replaceAll('"', '""')}"`, id) !== undefined
  );
}

/** The first words, whole; null where it is not certain that the tokenizer sees a word in them. */
function sampleOf(text: string): string | null {
  const start = text.slice(0, SAMPLE_CHARS);
  const cut = text.length <= SAMPLE_CHARS ? start : start.replace(/\S*$/, '');
  return /[a-z0-9]/i.test(cut) && !cut.includes('\0') ? cut : null;
}

export function documentRows(
  database: DatabaseSync,
  tenant: string,
  documentIds: readonly string[],
): readonly DocumentRow[] {
  return database
    .prepare(
      `SELECT document_id, collection_id, media_type, metadata, updated_at FROM document
       WHERE tenant = ? AND document_id IN (SELECT value FROM json_each(?))`,
    )
    .all(tenant, JSON.stringify(documentIds))
    .map((row) => ({
      documentId: String(row.document_id),
      collectionId: String(row.collection_id),
      mediaType: String(row.media_type),
      metadata: String(row.metadata),
      updatedAt: String(row.updated_at),
    }));
}

interface Page {
  readonly after: string | null;
  readonly limit: number;
}

export function heldChunks(database: DatabaseSync, tenant: string, { after, limit }: Page): HeldPage {
  const entries = database
    .prepare(
      'SELECT chunk_id, document_id FROM chunk WHERE tenant = ? AND chunk_id > ? ORDER BY chunk_id LIMIT ?',
    )
    .all(tenant, after ?? '', limit)
    .map((row) => ({ of: 'CHUNK' as const, id: String(row.chunk_id), documentId: String(row.document_id) }));
  return pageOf(entries, limit);
}

export function heldDocuments(database: DatabaseSync, tenant: string, { after, limit }: Page): HeldPage {
  const entries = database
    .prepare(
      'SELECT document_id FROM document WHERE tenant = ? AND document_id > ? ORDER BY document_id LIMIT ?',
    )
    .all(tenant, after ?? '', limit)
    .map(({ document_id: id }) => ({ of: 'DOCUMENT' as const, id: String(id), documentId: String(id) }));
  return pageOf(entries, limit);
}

/** Postings that belong to no chunk: nobody finds them, and they weigh in everybody's ranking. */
export function strayPostings(
  database: DatabaseSync,
  table: string | null,
  { after, limit }: Page,
): HeldPage {
  if (table === null) return { entries: [], next: null };
  const entries = database
    .prepare(
      `SELECT p.rowid AS id FROM ${table} p LEFT JOIN chunk c ON c.id = p.rowid
       WHERE p.rowid > ? AND c.id IS NULL ORDER BY p.rowid LIMIT ?`,
    )
    .all(Number(after ?? 0), limit)
    .map(({ id }) => ({ of: 'STRAY' as const, id: String(id), documentId: '' }));
  return pageOf(entries, limit);
}

export function removeStrayPostings(database: DatabaseSync, table: string, ids: readonly string[]): void {
  const remove = database.prepare(
    `DELETE FROM ${table} WHERE rowid = ? AND rowid NOT IN (SELECT id FROM chunk WHERE id = ?)`,
  );
  for (const id of ids) remove.run(Number(id), Number(id));
}

/** Tenants that rows name. */
export function heldTenants(database: DatabaseSync): readonly string[] {
  return database
    .prepare('SELECT tenant FROM chunk UNION SELECT tenant FROM document ORDER BY tenant')
    .all()
    .map(({ tenant }) => String(tenant));
}

function pageOf(entries: HeldPage['entries'], limit: number): HeldPage {
  return { entries, next: entries.length < limit ? null : (entries.at(-1)?.id ?? null) };
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
