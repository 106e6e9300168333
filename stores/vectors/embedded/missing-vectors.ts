/**
 * Which chunks the index should hold a vector of and does not: those that were added without one, and those that a
 * crash took out. Kept beside the postings, so that nobody has to look at every vector to know.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { MissingVectors } from '../vector-store.ts';

export const MISSING_VECTOR_TABLE = `
  CREATE TABLE IF NOT EXISTS missing_vector (
    tenant TEXT NOT NULL,
    chunk_id TEXT NOT NULL,
    PRIMARY KEY (tenant, chunk_id)
  ) WITHOUT ROWID
`;

export function noteMissing(database: DatabaseSync, tenant: string, chunkIds: readonly string[]): void {
  database
    .prepare('INSERT OR IGNORE INTO missing_vector SELECT ?, value FROM json_each(?)')
    .run(tenant, JSON.stringify(chunkIds));
}

export function forgetMissing(database: DatabaseSync, tenant: string, chunkIds: readonly string[]): void {
  database
    .prepare('DELETE FROM missing_vector WHERE tenant = ? AND chunk_id IN (SELECT value FROM json_each(?))')
    .run(tenant, JSON.stringify(chunkIds));
}

export function missingVectors(
  database: DatabaseSync,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): MissingVectors {
  const [tenant, chunkId] = after === null ? ['', ''] : (JSON.parse(after) as [string, string]);
  const chunks = database
    .prepare(
      `SELECT tenant, chunk_id FROM missing_vector WHERE (tenant, chunk_id) > (?, ?)
       ORDER BY tenant, chunk_id LIMIT ?`,
    )
    .all(tenant, chunkId, limit)
    .map((row) => ({ tenant: String(row.tenant), chunkId: String(row.chunk_id) }));
  const last = chunks.at(-1);
  const isLastPage = last === undefined || chunks.length < limit;
  return { chunks, next: isLastPage ? null : JSON.stringify([last.tenant, last.chunkId]) };
}
