/**
 * Both indexes as one. SQLite says what is indexed; a vector is written before its row there, with a note that
 * lets the next start remove what a crash left in between.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbedderIdentity } from '../../../model/embedding.ts';
import type { Boundary } from '../../../model/filter.ts';
import { Problem } from '../../../platform/errors.ts';
import type {
  DenseQuery,
  IndexChange,
  IndexedChunk,
  IndexRemoval,
  KeywordQuery,
  ScoredChunk,
} from '../vector-store.ts';
import { type DenseIndex, openDenseIndex } from './dense-index.ts';
import { hasDocumentFilter } from './filter-sql.ts';
import { type KeywordIndex, openKeywordIndex } from './keyword-index.ts';

/** A filter that leaves at most this many documents is given to the dense index as it is. */
const FILTERED_DOCUMENTS_MAX = 500;
/** Each change adds a small file that every search opens: so many are folded together at once. */
const CHANGES_UNFOLDED_MAX = 32;
/** Otherwise more rows than asked are read and checked; this many times more at first. */
const OVERFETCH = 4;

export interface SearchIndex {
  open(embedder: EmbedderIdentity | null): Promise<void>;
  apply(changes: readonly IndexChange[]): Promise<IndexRemoval>;
  searchDense(
    queries: readonly DenseQuery[],
    boundary: Boundary,
  ): Promise<readonly (readonly ScoredChunk[])[]>;
  searchKeyword(queries: readonly KeywordQuery[], boundary: Boundary): readonly (readonly ScoredChunk[])[];
  countPhrases(phrases: readonly string[], tenant: string, limit: number): readonly number[];
  vectors(chunkIds: readonly string[], tenant: string): Promise<readonly (Float32Array | null)[]>;
  matching(documentIds: readonly string[], boundary: Boundary): readonly string[];
  revision(): number;
  recordRevision(revision: number): void;
  optimize(): Promise<void>;
  version(): string;
  close(): Promise<void>;
}

export function createSearchIndex(directory: string): SearchIndex {
  let keywords: KeywordIndex;
  let dense: DenseIndex | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let unfolded = 0;
  const fold = async () => {
    if (unfolded === 0) return;
    unfolded = 0;
    await dense?.optimize();
  };

  /** Changes of the indexes run one after another, and never beside the folding of files. */
  const inTurn = <Value>(run: () => Promise<Value>): Promise<Value> => {
    const done = queue.then(run);
    queue = done.catch(() => undefined);
    return done;
  };

  const applyOne = async (change: IndexChange): Promise<IndexRemoval> => {
    const { tenant, chunks = [], removeChunkIds = [], removeDocumentIds = [] } = change;
    const removed = [...removeChunkIds, ...keywords.chunksOfDocuments(tenant, removeDocumentIds)];
    const withVector = chunks.filter(({ vector }) => vector !== null);
    const replaced = keywords.known(
      tenant,
      chunks.map(({ chunkId }) => chunkId),
    );
    let vectors = 0;
    if (dense !== null) {
      keywords.unsettle(tenant, withVector.map(idOf));
      vectors = await dense.remove(tenant, removed);
      await dense.remove(tenant, replaced);
      await dense.add(tenant, withVector);
    }
    const postings = keywords.apply(change);
    keywords.settle();
    return { vectors, postings };
  };

  return {
    open: async (embedder) => {
      mkdirSync(directory, { recursive: true });
      keywords = openKeywordIndex(join(directory, 'keywords.sqlite'));
      refuseAnotherEmbedder(keywords, embedder, directory);
      if (embedder === null) return;
      dense = await openDenseIndex(join(directory, 'dense'), embedder.dimensions);
      for (const { tenant, chunkIds } of keywords.unsettled()) await dense.remove(tenant, chunkIds);
      // Their rows go as well, so that the chunks count as not indexed and are indexed again.
      for (const { tenant, chunkIds } of keywords.unsettled())
        keywords.apply({ tenant, removeChunkIds: chunkIds });
      keywords.settle();
    },
    apply: (changes) =>
      inTurn(async () => {
        let total: IndexRemoval = { vectors: 0, postings: 0 };
        for (const change of changes) {
          const { vectors, postings } = await applyOne(change);
          total = { vectors: total.vectors + vectors, postings: total.postings + postings };
        }
        unfolded += changes.length;
        if (unfolded >= CHANGES_UNFOLDED_MAX) await fold();
        return total;
      }),
    searchDense: async (queries, boundary) => {
      const index = dense;
      if (index === null) return queries.map(() => []);
      return Promise.all(queries.map((query) => searchDense(index, keywords, query, boundary)));
    },
    searchKeyword: (queries, boundary) => queries.map((query) => keywords.search(query, boundary)),
    countPhrases: (phrases, tenant, limit) =>
      phrases.map((phrase) => keywords.countPhrase(phrase, tenant, limit)),
    vectors: async (chunkIds, tenant) => {
      const found = await dense?.vectors(tenant, chunkIds);
      return chunkIds.map((id) => found?.get(id) ?? null);
    },
    matching: (documentIds, boundary) => keywords.matching(documentIds, boundary, documentIds.length),
    revision: () => Number(keywords.setting('revision') ?? 0),
    recordRevision: (revision) => keywords.setSetting('revision', String(revision)),
    optimize: () => inTurn(fold),
    version: () => keywords.version(),
    close: async () => {
      await queue;
      dense?.close();
      keywords.close();
    },
  };
}

function idOf({ chunkId }: IndexedChunk): string {
  return chunkId;
}

/** The first embedder to fill the index is the only one, until the index is made anew. */
function refuseAnotherEmbedder(
  keywords: KeywordIndex,
  embedder: EmbedderIdentity | null,
  directory: string,
): void {
  const filledBy = keywords.setting('embedder');
  const asked = embedder === null ? null : `${embedder.fingerprint} [${embedder.dimensions}]`;
  if (filledBy !== null && asked !== null && filledBy !== asked) {
    keywords.close();
    throw new Problem(
      'EMBEDDER_MISMATCH',
      `The vectors were made by ${filledBy}, but ${asked} is configured; vectors of two embedders are never mixed. Set TRELLIS_EMBEDDER and its companions back, or re-embed: stop Trellis, delete the folder ${directory} and start again; the indexes are rebuilt from the graph.`,
    );
  }
  if (filledBy === null && asked !== null) keywords.setSetting('embedder', asked);
}

async function searchDense(
  dense: DenseIndex,
  keywords: KeywordIndex,
  { vector, limit }: DenseQuery,
  boundary: Boundary,
): Promise<readonly ScoredChunk[]> {
  const collectionIds = boundary.collectionIds ?? null;
  const search = (documentIds: readonly string[] | null, count: number) =>
    dense.search(boundary.tenant, { vector, limit: count, collectionIds, documentIds });
  if (!hasDocumentFilter(boundary)) return search(null, limit);

  const allowed = keywords.matching(null, boundary, FILTERED_DOCUMENTS_MAX + 1);
  if (allowed.length <= FILTERED_DOCUMENTS_MAX) return search(allowed, limit);
  for (let count = limit * OVERFETCH; ; count *= OVERFETCH) {
    const found = await search(null, count);
    const inside = new Set(
      keywords.matching([...new Set(found.map((hit) => hit.documentId))], boundary, found.length),
    );
    const hits = found.filter((hit) => inside.has(hit.documentId));
    if (hits.length >= limit || found.length < count) return hits.slice(0, limit);
  }
}
