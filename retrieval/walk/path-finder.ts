/** Turns the likeliest walk to a chunk into steps that a client can show. */

import type { PathStep } from '../hit.ts';
import { type LikeliestPaths, likeliestPaths, pathTo } from './likeliest-paths.ts';
import { DAMPING, type Subgraph } from './subgraph.ts';

/** Longest path, in mentions: entity → chunk → entity → chunk → entity → chunk. */
const PATH_STEPS_MAX = 5;

/** The steps to a chunk from a named entity if there are any, from a chunk found by words otherwise. Computed when asked. */
export function createPathFinder(subgraph: Subgraph): (chunkId: string) => readonly PathStep[] {
  const nodes = new Map(subgraph.chunkIds.map((id, at) => [id, subgraph.entityIds.length + at]));
  let fromEntities: LikeliestPaths | null = null;
  let fromAll: LikeliestPaths | null = null;
  return (chunkId) => {
    const node = nodes.get(chunkId);
    if (node === undefined) return [];
    fromEntities ??= pathsFrom(subgraph, entitySeeds(subgraph));
    const named = pathTo(fromEntities, node);
    if (named !== null) return toSteps(subgraph, named);
    fromAll ??= pathsFrom(subgraph, subgraph.seeds);
    return toSteps(subgraph, pathTo(fromAll, node) ?? []);
  };
}

function pathsFrom(subgraph: Subgraph, seeds: Float64Array): LikeliestPaths {
  return likeliestPaths(subgraph.walk, seeds, { damping: DAMPING, hops: PATH_STEPS_MAX });
}

function entitySeeds({ seeds, entityIds }: Subgraph): Float64Array {
  return seeds.map((weight, node) => (node < entityIds.length ? weight : 0));
}

function toSteps({ entityIds, chunkIds }: Subgraph, nodes: readonly number[]): readonly PathStep[] {
  const chunkAt = (node: number) => chunkIds[node - entityIds.length] ?? '';
  return nodes.slice(1).map((to, at) => {
    const from = nodes[at] ?? 0;
    return to >= entityIds.length
      ? { entityId: entityIds[from] ?? '', chunkId: chunkAt(to), direction: 'TO_CHUNK' }
      : { entityId: entityIds[to] ?? '', chunkId: chunkAt(from), direction: 'TO_ENTITY' };
  });
}
