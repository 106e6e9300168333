/**
 * Words as sparse vectors. Their dot product is BM25 with one guess in it, the average length of a tenant's chunks,
 * which moves with every change while vectors stay. So Qdrant proposes by the guess, and `bm25` decides.
 */

import { createHash } from 'node:crypto';
import { type Counts, saturated } from '../bm25.ts';
import { COLUMN_WEIGHTS } from '../keyword-words.ts';
import type { ColumnTerms } from '../terms.ts';
import { COLUMN_END } from './fields.ts';

/** Terms of an average chunk, as a guess: too high costs less than too low (see docs/decisions/qdrant.md). */
export const LENGTH_GUESSED = 160;

export interface SparseVector {
  readonly indices: number[];
  readonly values: number[];
}

/** A chunk's terms in their order, as the index keeps them. */
export function wordsOfColumns({ title, headings, text }: ColumnTerms): string {
  return [...title, COLUMN_END, ...headings, COLUMN_END, ...text].join(' ');
}

/** The inverse of {@link wordsOfColumns}, counted. With `only`, other terms just add to the length. */
export function countWords(words: string, only?: ReadonlySet<string>): Counts {
  const weights = Object.values(COLUMN_WEIGHTS);
  const frequencies = new Map<string, number>();
  let [column, length] = [0, 0];
  for (const term of words.split(' ')) {
    if (term === COLUMN_END) {
      column += 1;
      continue;
    }
    length += 1;
    if (only !== undefined && !only.has(term)) continue;
    frequencies.set(term, (frequencies.get(term) ?? 0) + (weights[column] ?? 0));
  }
  return { frequencies, length };
}

export function chunkVector({ frequencies, length }: Counts): SparseVector {
  const counts = new Map<number, number>();
  for (const [term, frequency] of frequencies) {
    const index = dimensionOf(term);
    counts.set(index, (counts.get(index) ?? 0) + frequency);
  }
  const weighted = [...counts].map(
    ([index, count]) => [index, saturated(count, length, LENGTH_GUESSED)] as const,
  );
  return { indices: weighted.map(([index]) => index), values: weighted.map(([, weight]) => weight) };
}

export function questionVector(terms: readonly string[], rarities: readonly number[]): SparseVector {
  const weights = new Map<number, number>();
  terms.forEach((term, at) => {
    const index = dimensionOf(term);
    weights.set(index, (weights.get(index) ?? 0) + (rarities[at] ?? 0));
  });
  return { indices: [...weights.keys()], values: [...weights.values()] };
}

/**
 * How many times a score by the guess the true score is at most. Single precision in Qdrant may take a little off
 * each score, never a hundred-thousandth.
 */
export function scoreSlack(averageLength: number): number {
  return Math.max(1, averageLength / LENGTH_GUESSED) * 1.000_01;
}

/** Two terms may share a dimension: then Qdrant proposes a chunk too many, and its true score says so. */
function dimensionOf(term: string): number {
  return createHash('sha1').update(term).digest().readUInt32BE();
}
