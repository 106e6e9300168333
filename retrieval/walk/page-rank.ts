/**
 * Personalised PageRank on the small subgraph that a query has read (Haveliwala 2002; local in the spirit of
 * Andersen, Chung & Lang 2006: only what the seeds reach in a few steps is ever loaded). Typed arrays in
 * compressed rows and a fixed number of rounds: deterministic, and bounded by the number of edges.
 */

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** Row `n` is `targets[starts[n] … starts[n + 1])`; `chances` beside it sum to one over a row. */
export interface Walk {
  readonly size: number;
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  readonly chances: Float64Array;
}

export interface WalkOptions {
  /** Chance to walk on rather than to start again at a seed. */
  readonly damping: number;
  readonly rounds: number;
}

export function buildWalk(size: number, edges: readonly Edge[]): Walk {
  const starts = new Int32Array(size + 1);
  const totals = new Float64Array(size);
  for (const { from, weight } of edges) {
    starts[from + 1] = (starts[from + 1] ?? 0) + 1;
    totals[from] = (totals[from] ?? 0) + weight;
  }
  for (let node = 0; node < size; node++) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
  const cursor = starts.slice(0, size);
  const targets = new Int32Array(edges.length);
  const chances = new Float64Array(edges.length);
  for (const { from, to, weight } of edges) {
    const at = cursor[from] ?? 0;
    cursor[from] = at + 1;
    targets[at] = to;
    chances[at] = weight / (totals[from] || 1);
  }
  return { size, starts, targets, chances };
}

/** How often a surfer visits each node who starts at the seeds. Seeds sum to one, and so do the visits. */
export function pageRank(walk: Walk, seeds: Float64Array, { damping, rounds }: WalkOptions): Float64Array {
  let visits: Float64Array = seeds.slice();
  let next: Float64Array = new Float64Array(walk.size);
  for (let round = 0; round < rounds; round++) {
    next.fill(0);
    const moved = damping * step(walk, visits, next, damping);
    for (let node = 0; node < walk.size; node++) {
      next[node] = (next[node] ?? 0) + (1 - moved) * (seeds[node] ?? 0);
    }
    [visits, next] = [next, visits];
  }
  return visits;
}

/** Hands every node's visits on to its neighbours; returns how many of them had somewhere to go. */
function step(walk: Walk, visits: Float64Array, next: Float64Array, damping: number): number {
  const { size, starts, targets, chances } = walk;
  let moved = 0;
  for (let node = 0; node < size; node++) {
    const here = visits[node] ?? 0;
    const end = starts[node + 1] ?? 0;
    const begin = starts[node] ?? 0;
    if (here === 0 || begin === end) continue;
    moved += here;
    for (let edge = begin; edge < end; edge++) {
      const to = targets[edge] ?? 0;
      next[to] = (next[to] ?? 0) + damping * here * (chances[edge] ?? 0);
    }
  }
  return moved;
}
