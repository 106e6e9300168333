/** What the graph has of chunks and documents, as an index takes it. */

import type { JsonObject } from '../../model/documents.ts';

/** One chunk, ready to be found. */
export interface IndexedChunk {
  readonly chunkId: string;
  readonly documentId: string;
  readonly collectionId: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
  /** `[dimensions]`, unit length; null where no embedder is configured. */
  readonly vector: Float32Array | null;
}

/** What filters look at, once per document, so that changed metadata re-indexes no chunk. */
export interface IndexedDocument {
  readonly documentId: string;
  readonly collectionId: string;
  readonly mediaType: string;
  readonly metadata: JsonObject;
  /** RFC 3339. */
  readonly updatedAt: string;
}
