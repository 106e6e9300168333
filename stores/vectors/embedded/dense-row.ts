/** One vector of a chunk, and what is asked of many: the same in memory and on the disk. */

export interface DenseRow {
  readonly chunkId: string;
  readonly documentId: string;
  readonly collectionId: string;
  /** `[dimensions]`, unit length. */
  readonly vector: Float32Array;
}

export interface DenseSearch {
  readonly vector: Float32Array;
  readonly limit: number;
  /** Only these; null for all. */
  readonly collectionIds: readonly string[] | null;
  readonly documentIds: readonly string[] | null;
  /** Whether every row must be looked at: under a filter that leaves little, an approximate index misses much. */
  readonly exact: boolean;
}
