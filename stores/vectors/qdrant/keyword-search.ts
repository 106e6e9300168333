/**
 * Keywords: Qdrant proposes chunks by a score that is never too low by more than a known factor, and the exact score
 * is computed here from their words. More are asked for until none that is still out can be among the best.
 */

import { bm25 } from '../bm25.ts';
import { byScore } from '../top-hits.ts';
import type { KeywordQuery, ScoredChunk } from '../vector-store.ts';
import type { Condition } from './boundary-filter.ts';
import type { QdrantConnection, Schemas } from './connection.ts';
import type { Corpus, CorpusScope, CorpusStatistics } from './corpus-statistics.ts';
import { FIELDS, VECTORS } from './fields.ts';
import { LIMITS } from './limits.ts';
import { countWords, questionVector, scoreSlack } from './word-vectors.ts';

/** Candidates asked for first: as many times the wanted ones, and a few. Enough for nearly every question. */
const DEPTH = 2;
const SPARE = 16;
/** As many times more are asked for when those were not enough. */
const GROWTH = 4;
/** Candidates carry their words with them; beyond so many, those of nearly equal score stay undecided. */
const CANDIDATES_MAX = 16_384;

/** A question cut into terms; a term may be named twice. */
export interface TermQuery extends Pick<KeywordQuery, 'limit'> {
  readonly terms: readonly string[];
}

export interface KeywordSearch {
  readonly qdrant: QdrantConnection;
  readonly collection: string;
  readonly statistics: CorpusStatistics;
}

interface Question extends TermQuery, Corpus {
  readonly rarities: readonly number[];
}

export interface SearchedWithin {
  /** Among which words are weighed. */
  readonly corpus: CorpusScope;
  readonly conditions: readonly Condition[];
}

/** The best chunks of the question that meet the conditions, best first, ties by chunk id. */
export async function searchKeywords(
  { qdrant, collection, statistics }: KeywordSearch,
  { terms, limit }: TermQuery,
  { corpus: counted, conditions }: SearchedWithin,
  signal?: AbortSignal,
): Promise<readonly ScoredChunk[]> {
  if (terms.length === 0) return [];
  const [corpus, rarities] = await Promise.all([
    statistics.corpus(counted),
    statistics.rarities(terms, counted),
  ]);
  const question: Question = { ...corpus, terms, rarities, limit };
  for (let count = limit * DEPTH + SPARE; ; count *= GROWTH) {
    const asked = Math.min(count, CANDIDATES_MAX, LIMITS.hits);
    const request = candidatesOf(question, conditions, asked);
    const { points } = await qdrant.ask(
      (api, init) => api.queryPoints({ collection_name: collection, ...request }, init),
      signal,
    );
    const best = points.flatMap((point) => scored(point, question)).toSorted(byScore);
    const isLast = points.length < asked || asked < count;
    if (isLast || isDecided(best, points.at(-1)?.score ?? 0, question)) return best.slice(0, limit);
  }
}

export function candidatesOf(
  { terms, rarities }: Pick<Question, 'terms' | 'rarities'>,
  conditions: readonly Condition[],
  limit: number,
): Schemas['QueryRequest'] {
  return {
    query: questionVector(terms, rarities),
    using: VECTORS.words,
    filter: { must: [...conditions] },
    limit,
    with_payload: [FIELDS.chunkId, FIELDS.documentId, FIELDS.words],
  };
}

/** Nothing when no word is in it: Qdrant took one term for another. */
function scored({ payload }: Schemas['ScoredPoint'], question: Question): readonly ScoredChunk[] {
  const { chunkId, documentId, words }: Readonly<Record<string, unknown>> = { ...payload };
  const score = bm25(countWords(String(words), new Set(question.terms)), question);
  return score > 0 ? [{ chunkId: String(chunkId), documentId: String(documentId), score }] : [];
}

/** Whether no chunk that Qdrant scores `lastGuess` or less can be among the best. */
function isDecided(
  best: readonly ScoredChunk[],
  lastGuess: number,
  { limit, averageLength }: Question,
): boolean {
  const last = best[limit - 1];
  return last !== undefined && last.score > lastGuess * scoreSlack(averageLength);
}
