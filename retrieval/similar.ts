/** Chunks like a chunk: near vectors, for many chunks in three store calls. */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import { passagePlaces } from '../stores/graph/statements/passages.ts';
import type { ScoredChunk, VectorStore } from '../stores/vectors/vector-store.ts';
import { fuse } from './fusion.ts';
import type { Hit } from './hit.ts';

export interface SimilarRequest {
  readonly tenant: string;
  readonly chunkIds: readonly string[];
  /** Hits of each chunk. */
  readonly first: number;
}

const ARM = 'DENSE';
/** Read beyond the page: the chunk itself, and rows that the graph no longer knows. */
const SPARE_HITS = 10;

/** One list a chunk, in the order asked; empty for a chunk without a vector. Never the chunk itself. */
export async function findSimilar(
  rooms: { readonly graph: GraphStore; readonly vectors: VectorStore },
  { tenant, chunkIds, first }: SimilarRequest,
  signal: AbortSignal,
): Promise<readonly (readonly Hit[])[]> {
  const { name: index } = await rooms.vectors.current();
  const vectors = await rooms.vectors.vectors(chunkIds, tenant, index);
  const queries = vectors
    .filter((vector) => vector !== null)
    .map((vector) => ({ vector, limit: first + SPARE_HITS }));
  if (queries.length === 0) return chunkIds.map(() => []);
  const lists = await rooms.vectors.searchDense(queries, { tenant }, signal, index);
  const places = await placesOf(rooms.graph, tenant, lists.flat(), signal);
  const remaining = lists[Symbol.iterator]();
  return chunkIds.map((chunkId, at) => {
    const list: readonly ScoredChunk[] = vectors[at] === null ? [] : (remaining.next().value ?? []);
    return toHits(
      list.filter((hit) => hit.chunkId !== chunkId && places.has(hit.chunkId)),
      first,
    );
  });
}

async function placesOf(
  graph: GraphStore,
  tenant: string,
  hits: readonly ScoredChunk[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(hits.map(({ chunkId }) => chunkId))];
  if (ids.length === 0) return new Set();
  const places = await graph.read(passagePlaces(tenant, ids), { signal });
  return new Set(places.map(({ chunkId }) => chunkId));
}

/** Scored as a search with one arm would score them, over the list as a client gets it. */
function toHits(list: readonly ScoredChunk[], first: number): readonly Hit[] {
  const documents = new Map(list.map(({ chunkId, documentId }) => [chunkId, documentId]));
  return fuse([{ arm: ARM, weight: 1, hits: list.slice(0, first) }]).map((hit, at) => ({
    ...hit,
    documentId: documents.get(hit.chunkId) ?? '',
    rank: at + 1,
    path: () => [],
  }));
}
