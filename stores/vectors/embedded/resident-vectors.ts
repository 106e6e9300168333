/**
 * One tenant's vectors in memory, searched by looking at each. For a few thousand rows that is faster than asking
 * LanceDB, whose every query costs some milliseconds before it looks at the first vector.
 */

import { byScore } from '../top-hits.ts';
import type { ScoredChunk } from '../vector-store.ts';
import type { DenseRow, DenseSearch } from './dense-row.ts';

type Place = Omit<DenseRow, 'vector'>;

export class ResidentVectors {
  readonly #dimensions: number;
  /** Row by row; `#places[n]` says whose the n-th row is. */
  #values = new Float32Array(0);
  readonly #places: Place[] = [];
  readonly #rowOf = new Map<string, number>();

  constructor(dimensions: number, rows: readonly DenseRow[]) {
    this.#dimensions = dimensions;
    this.add(rows);
  }

  /** How many numbers it holds. */
  get floats(): number {
    return this.#places.length * this.#dimensions;
  }

  add(rows: readonly DenseRow[]): void {
    this.#reserve(this.#places.length + rows.length);
    for (const { vector, ...place } of rows) {
      this.#values.set(vector, this.floats);
      this.#rowOf.set(place.chunkId, this.#places.length);
      this.#places.push(place);
    }
  }

  remove(chunkIds: readonly string[]): void {
    for (const id of chunkIds) {
      const row = this.#rowOf.get(id);
      if (row !== undefined) this.#removeRow(id, row);
    }
  }

  /** The last row takes the place of the one that goes. */
  #removeRow(id: string, row: number): void {
    const last = this.#places.pop();
    this.#rowOf.delete(id);
    if (last === undefined || last.chunkId === id) return;
    this.#values.copyWithin(row * this.#dimensions, this.floats, this.floats + this.#dimensions);
    this.#places[row] = last;
    this.#rowOf.set(last.chunkId, row);
  }

  #reserve(rows: number): void {
    const needed = rows * this.#dimensions;
    if (needed <= this.#values.length) return;
    const grown = new Float32Array(Math.max(needed, this.#values.length * 2));
    grown.set(this.#values.subarray(0, this.floats));
    this.#values = grown;
  }

  vector(chunkId: string): Float32Array | null {
    const row = this.#rowOf.get(chunkId);
    return row === undefined
      ? null
      : this.#values.slice(row * this.#dimensions, (row + 1) * this.#dimensions);
  }

  /** Best first, ties by chunk id. */
  search({ vector, limit, collectionIds, documentIds }: DenseSearch): readonly ScoredChunk[] {
    const isInside = insideOf(collectionIds, documentIds);
    let best: ScoredChunk[] = [];
    let floor = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < this.#places.length; row++) {
      const place = this.#places[row];
      if (place === undefined || !isInside(place)) continue;
      const score = dot(this.#values, row * this.#dimensions, vector);
      if (score < floor) continue;
      best.push({ chunkId: place.chunkId, documentId: place.documentId, score });
      if (best.length < limit * 2) continue;
      best = best.sort(byScore).slice(0, limit);
      floor = best.at(-1)?.score ?? floor;
    }
    return best.sort(byScore).slice(0, limit);
  }
}

function insideOf(collectionIds: readonly string[] | null, documentIds: readonly string[] | null) {
  const collections = collectionIds === null ? null : new Set(collectionIds);
  const documents = documentIds === null ? null : new Set(documentIds);
  return ({ collectionId, documentId }: Place): boolean =>
    (collections === null || collections.has(collectionId)) &&
    (documents === null || documents.has(documentId));
}

/** Four sums side by side, which the processor adds at once; most of a search is spent here. */
function dot(values: Float32Array, start: number, vector: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = vector.length - (vector.length % 4);
  for (let at = 0; at < whole; at += 4) {
    first += (values[start + at] ?? 0) * (vector[at] ?? 0);
    second += (values[start + at + 1] ?? 0) * (vector[at + 1] ?? 0);
    third += (values[start + at + 2] ?? 0) * (vector[at + 2] ?? 0);
    fourth += (values[start + at + 3] ?? 0) * (vector[at + 3] ?? 0);
  }
  for (let at = whole; at < vector.length; at++) first += (values[start + at] ?? 0) * (vector[at] ?? 0);
  return first + second + third + fourth;
}
