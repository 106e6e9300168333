/**
 * Both indexes as one. SQLite says what is indexed; a vector is written before its row there, with a note that
 * lets the next start remove what a crash left in between.
 */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as othersFirst } from 'node:timers/promises';
import type { EmbedderIdentity } from '../../../model/embedding.ts';
import type { Boundary } from '../../../model/filter.ts';
import { Problem } from '../../../platform/errors.ts';
import type { Expected, HeldPage, IndexFault } from '../index-faults.ts';
import type { IndexedChunk } from '../indexed.ts';
import type {
  DenseQuery,
  IndexChange,
  IndexRemoval,
  IndexSize,
  KeywordQuery,
  MissingVectors,
  ScoredChunk,
} from '../vector-store.ts';
import { type DenseIndex, openDenseIndex } from './dense-index.ts';
import type { DenseRow } from './dense-row.ts';
import { embedderGuard } from './embedder-guard.ts';
import { examineIndex, heldIn } from './examine.ts';
import { type KeywordIndex, openKeywordIndex } from './keyword-index.ts';
import { hasCurrentLayout } from './keyword-schema.ts';
import { searchDense, searchKeyword } from './search-inside.ts';

/** Each change adds a small file that searches on disk open: so many are folded together at once. */
const CHANGES_UNFOLDED_MAX = 32;

export interface SearchIndex {
  /** Tells whose it is, and whether an index of an older layout was dropped, to be rebuilt from the graph. */
  open(
    embedder: EmbedderIdentity | null,
  ): Promise<{ readonly embedder: EmbedderIdentity | null; readonly dropped: boolean }>;
  claim(): void;
  apply(changes: readonly IndexChange[]): Promise<IndexRemoval>;
  searchDense(
    queries: readonly DenseQuery[],
    boundary: Boundary,
  ): Promise<readonly (readonly ScoredChunk[])[]>;
  searchKeyword(
    queries: readonly KeywordQuery[],
    boundary: Boundary,
  ): Promise<readonly (readonly ScoredChunk[])[]>;
  countPhrases(
    phrases: readonly string[],
    inside: Pick<Boundary, 'tenant' | 'collectionIds'>,
    limit: number,
  ): readonly number[];
  vectors(chunkIds: readonly string[], tenant: string): Promise<readonly (Float32Array | null)[]>;
  missingVectors(page: { readonly after: string | null; readonly limit: number }): MissingVectors;
  matching(documentIds: readonly string[], boundary: Boundary): readonly string[];
  examine(tenant: string, expected: Expected): Promise<readonly IndexFault[]>;
  held(tenant: string, page: { readonly after: string | null; readonly limit: number }): Promise<HeldPage>;
  tenants(): readonly string[];
  size(): Promise<IndexSize>;
  revision(): number;
  recordRevision(revision: number): void;
  optimize(): Promise<void>;
  version(): string;
  close(): Promise<void>;
}

export function createSearchIndex(directory: string): SearchIndex {
  let keywords: KeywordIndex;
  let guard: ReturnType<typeof embedderGuard>;
  let dense: DenseIndex | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let unfolded = 0;

  /** Changes of the indexes run one after another, and never beside the folding of files. */
  const inTurn = <Value>(run: () => Promise<Value>): Promise<Value> => {
    const done = queue.then(run);
    queue = done.catch(() => undefined);
    return done;
  };
  const fold = async () => {
    if (unfolded === 0) return;
    unfolded = 0;
    await dense?.fold();
  };
  /** The dense index with the tenant's vectors at hand; null where there are none at all. */
  const denseOf = async (tenant: string): Promise<DenseIndex | null> => {
    const index = dense;
    if (index !== null && !index.isPrepared(tenant)) await inTurn(() => index.prepare(tenant));
    return index;
  };

  return {
    open: async (embedder) => {
      mkdirSync(directory, { recursive: true });
      const dropped = dropOldLayout(directory);
      keywords = openKeywordIndex(join(directory, 'keywords.sqlite'));
      try {
        guard = embedderGuard(keywords, embedder);
        if (guard.identity !== null)
          dense = await openDenseIndex(join(directory, 'dense'), guard.identity.dimensions);
        await mend(keywords, dense);
      } catch (error) {
        keywords.close();
        throw error;
      }
      return { embedder: guard.identity, dropped };
    },
    claim: () => guard.claim(),
    apply: (changes) =>
      inTurn(async () => {
        let total: IndexRemoval = { vectors: 0, postings: 0 };
        for (const change of changes) {
          guard.noteChunks(change.chunks ?? []);
          const vectors = dense === null ? 0 : await applyDense(dense, keywords, change);
          const postings = keywords.apply(change);
          total = { vectors: total.vectors + vectors, postings: total.postings + postings };
        }
        unfolded += changes.length;
        if (unfolded >= CHANGES_UNFOLDED_MAX) await fold();
        return total;
      }),
    searchDense: async (queries, boundary) => {
      // What has come meanwhile goes first: words are found sooner, and the graph's walk waits for them.
      await othersFirst();
      const index = await denseOf(boundary.tenant);
      if (index === null) return queries.map(() => []);
      return Promise.all(queries.map((query) => searchDense(index, keywords, query, boundary)));
    },
    searchKeyword: (queries, boundary) =>
      Promise.all(queries.map((query) => searchKeyword(keywords, query, boundary))),
    countPhrases: (phrases, inside, limit) =>
      phrases.map((phrase) => keywords.countPhrase(phrase, inside, limit)),
    vectors: async (chunkIds, tenant) => {
      const found = await (await denseOf(tenant))?.vectors(tenant, chunkIds);
      return chunkIds.map((id) => found?.get(id) ?? null);
    },
    missingVectors: (page) => (dense === null ? { chunks: [], next: null } : keywords.missingVectors(page)),
    matching: (documentIds, boundary) => keywords.matching(documentIds, boundary),
    // In turn with changes: a vector is written before its row, and nobody is to see it in between.
    examine: (tenant, expected) => inTurn(() => examineIndex(keywords, dense, tenant, expected)),
    held: (tenant, page) => inTurn(() => heldIn(keywords, dense, tenant, page)),
    tenants: () => keywords.tenants(),
    size: async () => ({ chunks: keywords.countChunks(), vectors: (await dense?.count()) ?? 0 }),
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

/** Removals first, then what is new in place of what has its id. Gives how many vectors were removed. */
async function applyDense(dense: DenseIndex, keywords: KeywordIndex, change: IndexChange): Promise<number> {
  const { tenant, chunks = [], removeChunkIds = [], removeDocumentIds = [], anew = false } = change;
  const added = chunks.filter(hasVector);
  const addedIds = added.map(({ chunkId }) => chunkId);
  // What SQLite does not know has no vector either: adding in place of nothing is far cheaper.
  const present = (ids: readonly string[]) => (anew ? ids : keywords.known(tenant, ids));
  const gone = [...present(removeChunkIds), ...keywords.chunksOfDocuments(tenant, removeDocumentIds)];
  const replaced = present(chunks.map(({ chunkId }) => chunkId));
  if (anew) dense.forget(tenant);
  keywords.unsettle(tenant, addedIds);
  const removed = await dense.remove(tenant, gone);
  await dense.remove(tenant, replaced);
  await dense.add(tenant, added);
  return removed;
}

function hasVector(chunk: IndexedChunk): chunk is IndexedChunk & DenseRow {
  return chunk.vector !== null;
}

/**
 * Removes the vectors whose rows in SQLite a crash prevented. Rows that were there before go as well, so that the
 * chunks count as not indexed, and are told as missing; applying the change again restores both.
 */
async function mend(keywords: KeywordIndex, dense: DenseIndex | null): Promise<void> {
  for (const { tenant, chunkIds } of keywords.unsettled()) {
    await dense?.remove(tenant, chunkIds);
    keywords.apply({ tenant, removeChunkIds: chunkIds });
    keywords.noteMissing(tenant, chunkIds);
  }
}

/** The indexes are derived from the graph: those of another layout are dropped rather than translated. */
function dropOldLayout(directory: string): boolean {
  const path = join(directory, 'keywords.sqlite');
  if (!existsSync(path) || hasLayout(path, directory)) return false;
  for (const name of ['keywords.sqlite', 'keywords.sqlite-wal', 'keywords.sqlite-shm', 'dense'])
    rmSync(join(directory, name), { recursive: true, force: true });
  return true;
}

function hasLayout(path: string, directory: string): boolean {
  try {
    return hasCurrentLayout(path);
  } catch (cause) {
    throw new Problem(
      'UNAVAILABLE',
      `The search index ${path} cannot be read. Stop Trellis, delete the folder ${directory} and start again; the indexes are rebuilt from the graph.`,
      { cause },
    );
  }
}
