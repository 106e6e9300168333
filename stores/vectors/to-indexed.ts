/** What the graph knows of a document and its chunks, as the indexes want it. */

import type { Chunk } from '../../model/documents.ts';
import type { DocumentNode } from '../graph/statements/documents.ts';
import type { IndexedChunk, IndexedDocument } from './indexed.ts';

export function toIndexedChunk(
  { id: documentId, collectionId, title }: DocumentNode,
  { id: chunkId, headings, text }: Chunk,
  vector: Float32Array | null | undefined,
): IndexedChunk {
  return { chunkId, documentId, collectionId, title, headings, text, vector: vector ?? null };
}

export function toIndexedDocument({
  id: documentId,
  collectionId,
  mediaType,
  metadata,
  updatedAt,
}: DocumentNode): IndexedDocument {
  return { documentId, collectionId, mediaType, metadata, updatedAt };
}
