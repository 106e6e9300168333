/** Chunks as a search needs them: whether they still exist, and what they say. */

import { type Row, type Statement, statement } from '../graph-store.ts';

/** Where a chunk that exists lies. */
export interface PassagePlace {
  readonly chunkId: string;
  readonly documentId: string;
  readonly collectionId: string;
}

/** Those of `chunkIds` that the tenant has, in no order. */
export function passagePlaces(tenant: string, chunkIds: readonly string[]): Statement<PassagePlace> {
  return statement(
    'passages.places',
    `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId}) WHERE c.tenant = $tenant
     RETURN chunkId, c.documentId AS documentId, c.collectionId AS collectionId`,
    { tenant, chunkIds },
    decodePlace,
  );
}

/** A chunk with its words and the title of its document. */
export interface Passage extends PassagePlace {
  readonly text: string;
  readonly title: string;
  readonly headings: readonly string[];
}

/** Those of `chunkIds` that the tenant has, with their text, in no order. */
export function passagesByIds(tenant: string, chunkIds: readonly string[]): Statement<Passage> {
  return statement(
    'passages.byIds',
    `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId}) WHERE c.tenant = $tenant
     WITH chunkId, c MATCH (d:Document {id: c.documentId})
     RETURN chunkId, c.documentId AS documentId, c.collectionId AS collectionId, c.text AS text,
            c.headings AS headings, d.title AS title`,
    { tenant, chunkIds },
    (row) => ({
      ...decodePlace(row),
      text: String(row.text),
      title: String(row.title),
      headings: Array.isArray(row.headings) ? row.headings.map(String) : [],
    }),
  );
}

function decodePlace(row: Row): PassagePlace {
  return {
    chunkId: String(row.chunkId),
    documentId: String(row.documentId),
    collectionId: String(row.collectionId),
  };
}
