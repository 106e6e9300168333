/** What may be wrong with an index, seen from the graph, and what an index holds whether the graph knows it or not. */

import type { IndexedChunk, IndexedDocument } from './indexed.ts';

export type IndexFaultKind =
  /** The chunk cannot be found by its words. */
  | 'POSTING_MISSING'
  /** It is found by other words than the graph has, or as part of another document. */
  | 'POSTING_DIFFERS'
  | 'VECTOR_MISSING'
  /** It belongs to another document there, or has not the length that every vector has. */
  | 'VECTOR_DIFFERS'
  | 'VECTOR_TWICE'
  /** Filters do not know the document. */
  | 'FACTS_MISSING'
  | 'FACTS_DIFFER';

export interface IndexFault {
  readonly kind: IndexFaultKind;
  /** Of the chunk; of the document where it is about what filters look at. */
  readonly id: string;
  readonly documentId: string;
}

/** What the graph has, and the index should. */
export interface Expected {
  readonly documents: readonly IndexedDocument[];
  readonly chunks: readonly Omit<IndexedChunk, 'vector'>[];
}

/** Something that any part of the index holds. */
export interface HeldEntry {
  /** STRAY: it belongs to no chunk and no document, and is in the way of those that do. */
  readonly of: 'CHUNK' | 'DOCUMENT' | 'STRAY';
  /** Of the chunk or the document; for a stray, what `removeStrayIds` takes. */
  readonly id: string;
  /** Empty for a stray. */
  readonly documentId: string;
}

export interface HeldPage {
  readonly entries: readonly HeldEntry[];
  /** What the next page begins behind; null after the last. */
  readonly next: string | null;
}

/** A vector's length may be off by this much: it was rounded to 32 bits, number by number. */
const LENGTH_TOLERANCE = 1e-3;

/** Whether it is as long as every vector is made; that of a text without a word is all zeros. */
export function isSoundVector(vector: ArrayLike<number>): boolean {
  let sum = 0;
  for (let at = 0; at < vector.length; at++) sum += (vector[at] ?? 0) ** 2;
  return sum === 0 || Math.abs(Math.sqrt(sum) - 1) < LENGTH_TOLERANCE;
}
