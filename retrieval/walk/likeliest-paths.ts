/**
 * Why a node was visited: the likeliest walk that ends there (Viterbi 1967, on the same chances that ranked it).
 * One table serves every hit of a query, and every step of a path is an edge that was read.
 */

import type { Walk } from './page-rank.ts';

/** Row `h` of the table: the best chance to be at each node after exactly `h` steps, and the node before it. */
export interface LikeliestPaths {
  readonly size: number;
  readonly hops: number;
  readonly chances: Float64Array;
  readonly previous: Int32Array;
}

export function likeliestPaths(
  walk: Walk,
  seeds: Float64Array,
  { damping, hops }: { readonly damping: number; readonly hops: number },
): LikeliestPaths {
  const { size } = walk;
  const table = new Float64Array((hops + 1) * size);
  const previous = new Int32Array((hops + 1) * size).fill(-1);
  table.set(seeds);
  for (let hop = 0; hop < hops; hop++) {
    for (let node = 0; node < size; node++) {
      const chance = damping * (table[hop * size + node] ?? 0);
      if (chance > 0) extend(walk, node, chance, { table, previous, offset: (hop + 1) * size });
    }
  }
  return { size, hops, chances: table, previous };
}

interface NextRow {
  readonly table: Float64Array;
  readonly previous: Int32Array;
  readonly offset: number;
}

function extend(walk: Walk, node: number, chance: number, { table, previous, offset }: NextRow): void {
  const end = walk.starts[node + 1] ?? 0;
  for (let edge = walk.starts[node] ?? 0; edge < end; edge++) {
    const to = offset + (walk.targets[edge] ?? 0);
    const reached = chance * (walk.chances[edge] ?? 0);
    if (reached <= (table[to] ?? 0)) continue;
    table[to] = reached;
    previous[to] = node;
  }
}

/** The nodes of the likeliest walk, from a seed to `node`; `[node]` when it is itself a seed; null when out of reach. */
export function pathTo(paths: LikeliestPaths, node: number): readonly number[] | null {
  const { size, hops, chances, previous } = paths;
  const chanceAfter = (hop: number) => chances[hop * size + node] ?? 0;
  let best = 0;
  for (let hop = 1; hop <= hops; hop++) if (chanceAfter(hop) > chanceAfter(best)) best = hop;
  if (chanceAfter(best) === 0) return null;
  const nodes = [node];
  for (let hop = best; hop > 0; hop--) nodes.push(previous[hop * size + (nodes.at(-1) ?? 0)] ?? 0);
  return nodes.reverse();
}
