/**
 * The port to the search indexes: dense vectors and keyword postings of chunks. Both are derived from the
 * graph and may lag behind it or be rebuilt; a hit counts only if the graph still knows its chunk.
 */

import type { JsonObject } from '../../model/documents.ts';
import type { EmbedderIdentity } from '../../model/embedding.ts';
import type { Boundary } from '../../model/filter.ts';
import type { HealthProbe } from '../../platform/health.ts';

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

/** One idempotent change of the indexes: removals first, then additions. */
export interface IndexChange {
  readonly tenant: string;
  readonly documents?: readonly IndexedDocument[];
  readonly chunks?: readonly IndexedChunk[];
  readonly removeChunkIds?: readonly string[];
  /** Removes the documents and all their chunks. */
  readonly removeDocumentIds?: readonly string[];
}

/** How many rows each index dropped. */
export interface IndexRemoval {
  readonly vectors: number;
  readonly postings: number;
}

/** A chunk with an arm's own score, higher is better: cosine in -1..1 for dense, BM25 ≥ 0 for keyword. */
export interface ScoredChunk {
  readonly chunkId: string;
  readonly documentId: string;
  readonly score: number;
}

export interface DenseQuery {
  readonly vector: Float32Array;
  readonly limit: number;
}

export interface KeywordQuery {
  /** Free text from a user; no operators are understood, nothing in it is an error. */
  readonly text: string;
  readonly limit: number;
}

export interface VectorStore extends HealthProbe {
  /**
   * Opens or creates the indexes for vectors of `embedder` (null: keywords only). Rejects with
   * EMBEDDER_MISMATCH when the dense index was filled by another one, saying how to re-embed.
   */
  open(embedder: EmbedderIdentity | null): Promise<void>;

  /** Applies the changes; what they add can be found, and what they remove cannot, once it resolves. */
  apply(changes: readonly IndexChange[]): Promise<IndexRemoval>;

  /** The best chunks of each query inside the boundary, best first, ties by chunk id. One list a query. */
  searchDense(
    queries: readonly DenseQuery[],
    boundary: Boundary,
    signal?: AbortSignal,
  ): Promise<readonly (readonly ScoredChunk[])[]>;
  searchKeyword(
    queries: readonly KeywordQuery[],
    boundary: Boundary,
    signal?: AbortSignal,
  ): Promise<readonly (readonly ScoredChunk[])[]>;

  /**
   * In how many chunks of the tenant each phrase is written, its words matched as `searchKeyword` matches them;
   * counting stops at `limit`. Tells a name from common words: of all places where “brother” is written, few
   * mean the song. One number a phrase; 0 for a phrase without a word.
   */
  countPhrases(
    phrases: readonly string[],
    tenant: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly number[]>;

  /** The vectors of these chunks; null for what has none. In the order asked, inside the tenant. */
  vectors(chunkIds: readonly string[], tenant: string): Promise<readonly (Float32Array | null)[]>;

  /** Those of `documentIds` that lie inside the boundary: how the graph arm applies a filter. */
  matching(documentIds: readonly string[], boundary: Boundary): Promise<ReadonlySet<string>>;

  /** The graph revision up to which the indexes are complete, as last recorded; 0 for an empty index. */
  revision(): Promise<number>;
  recordRevision(revision: number): Promise<void>;

  close(): Promise<void>;
}
