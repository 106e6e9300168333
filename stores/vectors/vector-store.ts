/**
 * The port to the search indexes: dense vectors and keyword postings of chunks. Both are derived from the
 * graph and may lag behind it or be rebuilt; a hit counts only if the graph still knows its chunk.
 */

import type { EmbedderIdentity } from '../../model/embedding.ts';
import type { Boundary } from '../../model/filter.ts';
import type { HealthProbe } from '../../platform/health.ts';
import type { Expected, HeldPage, IndexFault } from './index-faults.ts';
import type { IndexedChunk, IndexedDocument } from './indexed.ts';

/** One idempotent change of the indexes: removals first, then additions. */
export interface IndexChange {
  readonly tenant: string;
  readonly documents?: readonly IndexedDocument[];
  readonly chunks?: readonly IndexedChunk[];
  readonly removeChunkIds?: readonly string[];
  /** Removes the documents and all their chunks. */
  readonly removeDocumentIds?: readonly string[];
  /** Removes what `held` gave as strays. */
  readonly removeStrayIds?: readonly string[];
  /** Takes nothing for there or not there because the index says so: slower, and the way to mend it. */
  readonly anew?: boolean;
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

/** What one index answers. */
export interface VectorIndex {
  /** Applies the changes; what they add can be found, and what they remove cannot, once it resolves. */
  apply(changes: readonly IndexChange[]): Promise<IndexRemoval>;

  /**
   * The best chunks of each query inside the boundary, best first, ties by chunk id. One list a query. In a closed one
   * both list and scores are what they were if nothing lay outside; else words weigh by the whole tenant.
   */
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
   * In how many chunks of the tenant, or of these collections, each phrase is written, its words matched as `searchKeyword` matches them;
   * counting stops at `limit`. Tells a name from common words: of all places where “brother” is written, few
   * mean the song. One number a phrase; 0 for a phrase without a word.
   */
  countPhrases(
    phrases: readonly string[],
    inside: Pick<Boundary, 'tenant' | 'collectionIds'>,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly number[]>;

  /** The vectors of these chunks; null for what has none. In the order asked, inside the tenant. */
  vectors(chunkIds: readonly string[], tenant: string): Promise<readonly (Float32Array | null)[]>;

  /**
   * Chunks of any tenant that the index should hold a vector of and does not: those that were added without one. In an
   * order that stays, from behind `after` of the page before; each page has at most `limit`.
   */
  missingVectors(page: { readonly after: string | null; readonly limit: number }): Promise<MissingVectors>;

  /** What is wrong in the index with what the graph has of one tenant; looks at what lies on the disk. */
  examine(tenant: string, expected: Expected): Promise<readonly IndexFault[]>;

  /**
   * Everything that any part of the index holds of the tenant, whatever other parts say, each at least once; from behind
   * `after` of the page before. A page may have fewer entries than `limit`, or none, and not be the last.
   */
  held(tenant: string, page: { readonly after: string | null; readonly limit: number }): Promise<HeldPage>;

  /** The tenants of which the index holds something. */
  tenants(): Promise<readonly string[]>;

  /** How much there is, of all tenants. */
  size(): Promise<IndexSize>;

  /** Those of `documentIds` that lie inside the boundary: how the graph arm applies a filter. */
  matching(documentIds: readonly string[], boundary: Boundary): Promise<ReadonlySet<string>>;

  /** The graph revision up to which the index is complete, as last recorded; 0 for an empty index. */
  revision(): Promise<number>;
  recordRevision(revision: number): Promise<void>;
}

export interface MissingVectors {
  readonly chunks: readonly { readonly tenant: string; readonly chunkId: string }[];
  /** What the next page begins behind; null after the last. */
  readonly next: string | null;
}

export interface IndexSize {
  readonly chunks: number;
  /** Of those, how many have a vector. */
  readonly vectors: number;
}

/** An index by its name, and whose vectors it holds. */
export interface IndexInfo {
  readonly name: string;
  /** Null as long as there is none. */
  readonly embedder: EmbedderIdentity | null;
}

/** The index that answers, and another one: on its way to take that place, or kept from before the switch. */
export interface Indexes {
  readonly live: IndexInfo;
  readonly beside: IndexInfo | null;
}

/** A method of an index that also takes the name of one; without it, it speaks of the one that answers. */
type OfIndex<Method> = Method extends (...given: infer Given) => infer Answer
  ? (...given: [...Given, index?: string]) => Answer
  : never;

/**
 * The indexes as others use them: two at most. One answers; one may be beside it, which nobody searches. Rejects with
 * UNAVAILABLE when it is asked for an index that is gone.
 */
export interface VectorStore
  extends HealthProbe,
    Pick<VectorIndex, 'searchKeyword' | 'countPhrases' | 'matching'> {
  /**
   * Opens the indexes, or creates one for vectors of `embedder` (null: keywords only). One that another embedder has
   * filled stays as it is, and `current()` says whose it is.
   */
  open(embedder: EmbedderIdentity | null): Promise<void>;

  apply: OfIndex<VectorIndex['apply']>;
  /** With vectors of that index's own embedder only. */
  searchDense(
    queries: readonly DenseQuery[],
    boundary: Boundary,
    signal?: AbortSignal,
    index?: string,
  ): Promise<readonly (readonly ScoredChunk[])[]>;
  vectors: OfIndex<VectorIndex['vectors']>;
  missingVectors: OfIndex<VectorIndex['missingVectors']>;
  examine: OfIndex<VectorIndex['examine']>;
  held: OfIndex<VectorIndex['held']>;
  tenants: OfIndex<VectorIndex['tenants']>;
  size: OfIndex<VectorIndex['size']>;
  revision: OfIndex<VectorIndex['revision']>;
  recordRevision: OfIndex<VectorIndex['recordRevision']>;

  /** The index that answers, as it was known here a second ago at most. */
  current(): Promise<IndexInfo>;
  /** Both, as they are now. */
  indexes(): Promise<Indexes>;

  /**
   * An empty index beside the one that answers, for vectors of this embedder alone. One that is there for it already
   * stays as it is; any other makes room. Under the name given, where two stores are to go by the same names.
   */
  prepareIndex(embedder: EmbedderIdentity, name?: string): Promise<IndexInfo>;
  /**
   * The index beside becomes the one that answers, and the other way round: in one step, for every process. Nothing
   * happens where it answers already; rejects with CONFLICT where it is neither.
   */
  switchTo(index: string): Promise<void>;
  /** Takes away what there is of an index. Idempotent; rejects with CONFLICT for the one that answers. */
  dropIndex(index: string): Promise<void>;

  close(): Promise<void>;
}
