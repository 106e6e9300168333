/**
 * Keyword search for who may know of some collections and no others. FTS5 weighs a word by all chunks of its table, so
 * its postings are read here and weighed by the chunks of these collections alone, as a table of nothing else would be.
 */

import type { DatabaseSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { bm25, rarityOf } from '../bm25.ts';
import { COLUMN_WEIGHTS, searchedWords } from '../keyword-words.ts';
import { createTermReader, type TermReader } from '../terms.ts';
import { byScore } from '../top-hits.ts';
import type { KeywordQuery, ScoredChunk } from '../vector-store.ts';

/** Sets of collections whose sizes are remembered, until something is indexed. */
const SIZES_MAX = 1_000;

export interface CollectionsOf {
  readonly tenant: string;
  readonly collectionIds: readonly string[];
}

export interface WordsWithin {
  /** Every chunk of the collections that has one of the words, best first, ties by chunk id. */
  search(table: string, query: Pick<KeywordQuery, 'text'>, within: CollectionsOf): readonly ScoredChunk[];
  /** Forgets how much there is: something was indexed. */
  forget(): void;
}

interface Size {
  readonly chunks: number;
  readonly averageLength: number;
}

interface Found {
  readonly chunkId: string;
  readonly documentId: string;
  readonly length: number;
  readonly frequencies: Map<string, number>;
}

const WEIGHTS: ReadonlyMap<string, number> = new Map(Object.entries(COLUMN_WEIGHTS));
const INSIDE = 'c.tenant = ? AND c.collection_id IN (SELECT value FROM json_each(?))';

export function createWordsWithin(database: DatabaseSync): WordsWithin {
  const sizes = new LRUCache<string, Size>({ max: SIZES_MAX });
  let reader: TermReader | null = null;
  const termsOf = (text: string) => {
    reader ??= createTermReader();
    const [terms] = reader.termsOf([{ title: '', headings: '', text: searchedWords(text).join(' ') }]);
    return terms?.text ?? [];
  };
  /** Of this connection alone: each posting as a row. */
  const instancesOf = (table: string) => {
    database.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS temp.of_${table} USING fts5vocab('main', '${table}', 'instance')`,
    );
    return `temp.of_${table}`;
  };
  /** Reads the length of each chunk inside, once after each change. */
  const sizeOf = (table: string, { tenant, collectionIds }: CollectionsOf): Size => {
    const key = JSON.stringify([table, collectionIds]);
    const known = sizes.get(key);
    if (known !== undefined) return known;
    const rows = database.prepare(
      `SELECT s.sz FROM chunk c CROSS JOIN ${table}_docsize s ON s.id = c.id WHERE ${INSIDE}`,
    );
    let [chunks, terms] = [0, 0];
    for (const { sz } of rows.iterate(tenant, JSON.stringify(collectionIds))) {
      chunks += 1;
      terms += lengthOf(sz);
    }
    const size = { chunks, averageLength: terms / Math.max(1, chunks) };
    sizes.set(key, size);
    return size;
  };
  /** Notes where the term stands inside, and gives in how many chunks that is. */
  const findTerm = (
    table: string,
    term: string,
    within: CollectionsOf,
    found: Map<number, Found>,
  ): number => {
    const rows = database.prepare(
      `SELECT w.doc, w.col, count(*) AS n, c.chunk_id, c.document_id, s.sz
       FROM ${instancesOf(table)} w CROSS JOIN chunk c ON c.id = w.doc CROSS JOIN ${table}_docsize s ON s.id = w.doc
       WHERE w.term = ? AND ${INSIDE} GROUP BY w.doc, w.col`,
    );
    const holding = new Set<number>();
    for (const row of rows.iterate(term, within.tenant, JSON.stringify(within.collectionIds))) {
      const doc = Number(row.doc);
      const chunk = found.get(doc) ?? {
        chunkId: String(row.chunk_id),
        documentId: String(row.document_id),
        length: lengthOf(row.sz),
        frequencies: new Map<string, number>(),
      };
      const weight = WEIGHTS.get(String(row.col)) ?? 0;
      chunk.frequencies.set(term, (chunk.frequencies.get(term) ?? 0) + weight * Number(row.n));
      found.set(doc, chunk);
      holding.add(doc);
    }
    return holding.size;
  };

  return {
    search: (table, { text }, within) => {
      const terms = termsOf(text);
      const found = new Map<number, Found>();
      const holding = new Map(
        [...new Set(terms)].map((term) => [term, findTerm(table, term, within, found)]),
      );
      if (found.size === 0) return [];
      const { chunks, averageLength } = sizeOf(table, within);
      const rarities = terms.map((term) => rarityOf(holding.get(term) ?? 0, chunks));
      return [...found.values()]
        .map(({ chunkId, documentId, ...counts }) => ({
          chunkId,
          documentId,
          score: bm25(counts, { terms, rarities, averageLength }),
        }))
        .sort(byScore);
    },
    forget: () => sizes.clear(),
  };
}

/** How many terms a chunk has, of what FTS5 keeps: the number of each column, seven bits a byte, highest first. */
function lengthOf(packed: unknown): number {
  if (!(packed instanceof Uint8Array)) return 0;
  let [total, value] = [0, 0];
  for (const byte of packed) {
    value = value * 128 + (byte % 128);
    if (byte >= 128) continue;
    total += value;
    value = 0;
  }
  return total;
}
