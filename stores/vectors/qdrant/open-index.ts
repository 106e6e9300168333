/**
 * One collection as an index. Every request names the collection itself, not its alias: what was asked of one index is
 * answered by that one, also when another has taken its place meanwhile.
 */

import type { EmbedderIdentity } from '../../../model/embedding.ts';
import { toProblem } from '../../../platform/errors.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { searchedWords, wordsOf } from '../keyword-words.ts';
import type { Columns, ColumnTerms } from '../terms.ts';
import type { OpenIndex } from '../two-indexes.ts';
import type { IndexRemoval } from '../vector-store.ts';
import { boundaryConditions } from './boundary-filter.ts';
import { applyChange, type ChangeTarget, indexSize } from './changes.ts';
import type { QdrantConnection } from './connection.ts';
import { corpusStatistics } from './corpus-statistics.ts';
import { searchVectors } from './dense-search.ts';
import { examinePoints, heldPoints, heldTenants } from './examine.ts';
import { inTurnByKey } from './in-turn.ts';
import { searchKeywords } from './keyword-search.ts';
import { countPhrase, matchingDocuments, missingVectors, readVectors } from './lookups.ts';
import { embedderNotes, settingsPoint } from './settings.ts';

export interface OpenIndexTools {
  readonly qdrant: QdrantConnection;
  readonly isQuantized: boolean;
  termsOf(texts: readonly Columns[]): Promise<readonly ColumnTerms[]>;
}

export async function openIndex(
  { qdrant, isQuantized, termsOf }: OpenIndexTools,
  collection: string,
  embedder: EmbedderIdentity | null,
): Promise<OpenIndex> {
  const settings = settingsPoint(qdrant, collection);
  const notes = await embedderNotes(settings, embedder);
  const dimensions = notes.identity?.dimensions ?? null;
  const hasVectors = dimensions !== null;
  const statistics = corpusStatistics(qdrant, collection);
  const target: ChangeTarget = { qdrant, collection, hasVectors, termsOf };
  const inTurn = inTurnByKey();

  return {
    embedder: notes.identity,
    claim: notes.claim,
    apply: async (changes) => {
      let total: IndexRemoval = { vectors: 0, postings: 0 };
      for (const change of changes) {
        const { vectors, postings } = await inTurn(change.tenant, async () => {
          await notes.noteChunks(change.chunks ?? []);
          return applyChange(target, change).finally(() => statistics.forget(change.tenant));
        });
        total = { vectors: total.vectors + vectors, postings: total.postings + postings };
      }
      return total;
    },
    searchDense: async (queries, boundary, signal) => {
      const conditions = boundaryConditions(boundary);
      if (conditions === null || dimensions === null) return queries.map(() => []);
      const search = { qdrant, collection, dimensions, isQuantized, isExact: boundary.closed === true };
      return searchVectors(search, queries, conditions, signal);
    },
    searchKeyword: async (queries, boundary, signal) => {
      const conditions = boundaryConditions(boundary);
      if (conditions === null) return queries.map(() => []);
      const terms = await termsOfWords(
        queries.map(({ text }) => searchedWords(text)),
        termsOf,
      );
      const { tenant, closed } = boundary;
      const within = { corpus: closed ? boundary : { tenant }, conditions };
      const searches = queries.map(({ limit }, at) =>
        searchKeywords({ qdrant, collection, statistics }, { terms: terms[at] ?? [], limit }, within, signal),
      );
      return answerOrCancel(Promise.all(searches), signal);
    },
    countPhrases: async (phrases, inside, limit, signal) => {
      const terms = await termsOfWords(phrases.map(wordsOf), termsOf);
      const counts = terms.map((phrase) => countPhrase({ qdrant, collection }, phrase, inside, signal));
      return (await Promise.all(counts)).map((count) => Math.min(count, limit));
    },
    vectors: async (chunkIds, tenant) =>
      hasVectors ? readVectors({ qdrant, collection }, chunkIds, tenant) : chunkIds.map(() => null),
    missingVectors: async (page) =>
      hasVectors ? missingVectors({ qdrant, collection }, page) : { chunks: [], next: null },
    matching: (documentIds, boundary) => matchingDocuments({ qdrant, collection }, documentIds, boundary),
    examine: (tenant, expected) => inTurn(tenant, () => examinePoints(target, tenant, expected)),
    held: (tenant, page) => heldPoints(target, tenant, page),
    tenants: () => heldTenants(target),
    size: () => indexSize(target),
    revision: async () => (await settings.read()).revision,
    recordRevision: (revision) => settings.write({ revision }),
    close: () => inTurn.settled(),
  };
}

async function termsOfWords(
  lists: readonly (readonly string[])[],
  termsOf: (texts: readonly Columns[]) => Promise<readonly ColumnTerms[]>,
): Promise<readonly (readonly string[])[]> {
  const read = await termsOf(lists.map((words) => ({ title: '', headings: '', text: words.join(' ') })));
  return read.map(({ text }) => text);
}

/** Lets the caller go when it gives up, whatever others still wait for. */
function answerOrCancel<Value>(call: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  return untilAborted(call, signal).catch((error: unknown) => {
    throw signal?.aborted ? toProblem(error) : error;
  });
}
