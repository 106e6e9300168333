/** Chunks: written with their document, found by id or in the order of the text. */

import type { Chunk } from '../../../model/documents.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { numberOrNull, textOf, textOrNull, textsOf } from './rows.ts';

/** A chunk with the digest of what was found in it, by which an unchanged one is left alone. */
export interface ChunkNode extends Chunk {
  readonly digest: string;
  /** Of what was found without a model; null where none was asked. */
  readonly base: string | null;
}

const COLUMNS = `c.id AS id, c.tenant AS tenant, c.collectionId AS collectionId, c.documentId AS documentId,
  c.index AS index, c.text AS text, c.start AS start, c.end AS end, c.headings AS headings, c.page AS page`;

function decodeChunk(row: Row): Chunk {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    collectionId: textOf(row.collectionId),
    documentId: textOf(row.documentId),
    index: Number(row.index),
    text: textOf(row.text),
    start: Number(row.start),
    end: Number(row.end),
    headings: textsOf(row.headings),
    page: numberOrNull(row.page),
  };
}

export function chunksByIds(tenant: string, ids: readonly string[]): Statement<Chunk> {
  return statement(
    'chunks.byIds',
    `UNWIND $ids AS chunkId MATCH (c:Chunk {id: chunkId}) WHERE c.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, ids },
    decodeChunk,
  );
}

/** The chunks of each document in the order of the text, from behind index `after`; `limit` of each. */
export function chunksOfDocuments(
  tenant: string,
  documentIds: readonly string[],
  page: { readonly after: number; readonly limit: number },
): Statement<Chunk> {
  return statement(
    'chunks.ofDocuments',
    `UNWIND $documentIds AS documentId MATCH (c:Chunk {documentId: documentId})
     WHERE c.tenant = $tenant AND c.index > $after AND c.index <= $last
     RETURN ${COLUMNS} ORDER BY documentId, index`,
    { tenant, documentIds, after: page.after, last: page.after + page.limit },
    decodeChunk,
  );
}

export interface ChunkDigest {
  readonly chunkId: string;
  readonly documentId: string;
  readonly digest: string;
  readonly base: string | null;
}

/** Every chunk of the documents, without its text. */
export function chunkDigests(documentIds: readonly string[]): Statement<ChunkDigest> {
  return statement(
    'chunks.digests',
    `UNWIND $documentIds AS documentId MATCH (c:Chunk {documentId: documentId})
     RETURN c.id AS chunkId, documentId, c.digest AS digest, c.base AS base`,
    { documentIds },
    (row) => ({
      chunkId: textOf(row.chunkId),
      documentId: textOf(row.documentId),
      digest: textOf(row.digest),
      base: textOrNull(row.base),
    }),
  );
}

export function putChunks(chunks: readonly ChunkNode[]): Statement<unknown> {
  return statement(
    'chunks.put',
    'UNWIND $rows AS r MERGE (c:Chunk {id: r.id}) SET c += r.properties',
    { rows: chunks.map(({ id, ...properties }) => ({ id, properties })) },
    (row) => row,
  );
}

export function deleteChunks(ids: readonly string[]): Statement<unknown> {
  return statement(
    'chunks.delete',
    'UNWIND $ids AS chunkId MATCH (c:Chunk {id: chunkId}) DETACH DELETE c',
    { ids },
    (row) => row,
  );
}
