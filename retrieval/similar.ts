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
  /** Ids of the collections that the reader may read; every one of the tenant when absent. */
  readonly within?: readonly string[] | undefined;
}

const ARM = 'DENSE';
/** Read beyond the page: the chunk itself, and rows that the graph no longer knows. */
const SPARE_HITS = 10;

/** One list a chunk, in the order asked; empty for a chunk without a vector. Never the chunk itself. */
export async function findSimilar(
  rooms: { readonly graph: GraphStore; readonly vectors: VectorStore },
  request: SimilarRequest,
  signal: AbortSignal,
): Promise<readonly (readonly Hit[])[]> {
  const { tenant, chunkIds, first, within } = request;
  const { name: index } = await rooms.vectors.current();
  const vectors = await vectorsOf(rooms, request, { index, signal });
  const queries = vectors
    .filter((vector) => vector !== null)
    .map((vector) => ({ vector, limit: first + SPARE_HITS }));
  if (queries.length === 0) return chunkIds.map(() => []);
  const lists = await rooms.vectors.searchDense(
    queries,
    within === undefined ? { tenant } : { tenant, collectionIds: within, closed: true },
    signal,
    index,
  );
  const places = await placesOf(rooms.graph, request, lists.flat(), signal);
  const remaining = lists[Symbol.iterator]();
  return chunkIds.map((chunkId, at) => {
    const list: readonly ScoredChunk[] = vectors[at] === null ? [] : (remaining.next().value ?? []);
    return toHits(
      list.filter((hit) => hit.chunkId !== chunkId && places.has(hit.chunkId)),
      first,
    );
  });
}

/** Null for a chunk without one, and for a chunk that the reader may not read: what it is like would tell of it. */
async function vectorsOf(
  rooms: { readonly graph: GraphStore; readonly vectors: VectorStore },
  request: SimilarRequest,
  { index, signal }: { readonly index: string; readonly signal: AbortSignal },
): Promise<readonly (Float32Array | null)[]> {
  const { tenant, chunkIds, within } = request;
  const vectors = await rooms.vectors.vectors(chunkIds, tenant, index);
  if (within === undefined) return vectors;
  const hits = chunkIds.map((chunkId) => ({ chunkId }));
  const readable = await placesOf(rooms.graph, request, hits, signal);
  return vectors.map((vector, at) => (readable.has(chunkIds[at] ?? '') ? vector : null));
}

async function placesOf(
  graph: GraphStore,
  { tenant, within }: SimilarRequest,
  hits: readonly Pick<ScoredChunk, 'chunkId'>[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(hits.map(({ chunkId }) => chunkId))];
  if (ids.length === 0) return new Set();
  const places = await graph.read(passagePlaces(tenant, ids), { signal });
  const inside = places.filter(({ collectionId }) => within?.includes(collectionId) ?? true);
  return new Set(inside.map(({ chunkId }) => chunkId));
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
