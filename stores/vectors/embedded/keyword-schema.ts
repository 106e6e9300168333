/** The tables of the keyword index beside those of postings, and whether a file has them as they are now. */

import { DatabaseSync } from 'node:sqlite';

/** Grows when the tables below change: an index of another layout is built anew. */
const LAYOUT = 3;

export const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -32768;
  PRAGMA user_version = ${LAYOUT};
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
    collection_id TEXT NOT NULL,
    UNIQUE (tenant, chunk_id)
  );
  CREATE INDEX IF NOT EXISTS chunk_document ON chunk (tenant, document_id);
  CREATE INDEX IF NOT EXISTS chunk_collection ON chunk (tenant, collection_id);
  CREATE TABLE IF NOT EXISTS unsettled_vector (
    tenant TEXT NOT NULL,
    chunk_id TEXT NOT NULL,
    PRIMARY KEY (tenant, chunk_id)
  ) WITHOUT ROWID;
`;

/** Whether a file that is there can be opened as it is. */
export function hasCurrentLayout(path: string): boolean {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(database.prepare('PRAGMA user_version').get()?.user_version) === LAYOUT;
  } finally {
    database.close();
  }
}
