/**
 * The subgraph that a query has read, as a walk: entities and the chunks that name them (HippoRAG, Gutiérrez et
 * al. 2024, without its models). Pure: the graph arm reads, this ranks and says what to read next.
 */

import type { ChunkMentions } from '../../stores/graph/statements/expansion.ts';
import { buildWalk, type Edge, pageRank, type Walk } from './page-rank.ts';
import { specificity } from './seed-weights.ts';

/** Where the walk starts: positive weights of any scale. */
export interface Seeds {
  readonly entities: ReadonlyMap<string, number>;
  readonly chunks: ReadonlyMap<string, number>;
}

/** Nodes `0 … entityIds.length - 1` are entities, the chunks follow. */
export interface Subgraph {
  readonly entityIds: readonly string[];
  readonly chunkIds: readonly string[];
  readonly walk: Walk;
  /** Sums to one. */
  readonly seeds: Float64Array;
  readonly visits: Float64Array;
}

export interface SubgraphInput {
  /** Each chunk once. */
  readonly chunks: readonly ChunkMentions[];
  readonly seeds: Seeds;
  readonly rounds: number;
}

/** The chance to walk on; below 0.75 the second hop is hardly reached. */
export const DAMPING = 0.85;
/** An entity's own document outweighs a few passing mentions. Measured: flat from 3 to 10, bad at 1. */
const ABOUT_WEIGHT = 5;
/** The chunk seeds' part of all starts; where the question names nothing they get all. */
const CHUNK_SHARE = 0.2;

export function rankSubgraph({ chunks, seeds, rounds }: SubgraphInput): Subgraph {
  const entities = indexEntities(chunks, seeds);
  const chunkIds = chunks.map(({ chunkId }) => chunkId);
  const chunkNodes = new Map(chunkIds.map((id, at) => [id, entities.size + at]));
  const size = entities.size + chunkIds.length;
  const start = seedVector(size, entities, chunkNodes, seeds);
  const walk = buildWalk(size, edgesOf(chunks, entities));
  const visits = pageRank(walk, start, { damping: DAMPING, rounds });
  return { entityIds: [...entities.keys()], chunkIds, walk, seeds: start, visits };
}

function indexEntities(chunks: readonly ChunkMentions[], seeds: Seeds): ReadonlyMap<string, number> {
  const index = new Map<string, number>();
  const add = (id: string) => {
    if (!index.has(id)) index.set(id, index.size);
  };
  for (const id of seeds.entities.keys()) add(id);
  for (const { entityIds } of chunks) for (const id of entityIds) add(id);
  return index;
}

function edgesOf(chunks: readonly ChunkMentions[], entities: ReadonlyMap<string, number>): readonly Edge[] {
  return chunks.flatMap(({ entityIds, about, spreads }, at) => {
    const chunk = entities.size + at;
    return entityIds.flatMap((id, place) => {
      const entity = entities.get(id) ?? 0;
      return [
        { from: entity, to: chunk, weight: about[place] ? ABOUT_WEIGHT : 1 },
        { from: chunk, to: entity, weight: specificity(spreads[place] ?? 1) },
      ];
    });
  });
}

function seedVector(
  size: number,
  entities: ReadonlyMap<string, number>,
  chunks: ReadonlyMap<string, number>,
  seeds: Seeds,
): Float64Array {
  const vector = new Float64Array(size);
  const chunkShare = seeds.entities.size === 0 ? 1 : seeds.chunks.size === 0 ? 0 : CHUNK_SHARE;
  place(vector, entities, seeds.entities, 1 - chunkShare);
  place(vector, chunks, seeds.chunks, chunkShare);
  return vector;
}

/** Divides `share` by weight among those that are in the subgraph. */
function place(
  vector: Float64Array,
  index: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, number>,
  share: number,
): void {
  const placed = [...weights].filter(([id]) => index.has(id));
  const total = placed.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [id, weight] of placed) {
    const at = index.get(id) ?? 0;
    vector[at] = (vector[at] ?? 0) + (share * weight) / total;
  }
}

/** The most visited entities that are not left out: what the next read asks for. */
export function frontier(
  subgraph: Subgraph,
  { limit, without }: { readonly limit: number; readonly without: ReadonlySet<string> },
): readonly string[] {
  return ranked(subgraph.entityIds, (at) => subgraph.visits[at] ?? 0)
    .filter(({ id }) => !without.has(id))
    .slice(0, limit)
    .map(({ id }) => id);
}

/** Chunks by visits, best first; ties by id, so that equal graphs give equal lists. */
export function rankedChunks(subgraph: Subgraph): readonly { readonly id: string; readonly score: number }[] {
  const offset = subgraph.entityIds.length;
  return ranked(subgraph.chunkIds, (at) => subgraph.visits[offset + at] ?? 0);
}

function ranked(ids: readonly string[], scoreAt: (at: number) => number) {
  return ids
    .map((id, at) => ({ id, score: scoreAt(at) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score || (left.id < right.id ? -1 : 1));
}
