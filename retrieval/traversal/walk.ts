/**
 * Walks over relationships: neighbours, shortest path, neighbourhood. Breadth first, one batched read a hop, so
 * that every engine answers alike and a walk's cost is bounded by hops × edges, whatever the graph's size.
 */

import { Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import type { Step } from '../../stores/graph/statements/relationship-rows.ts';
import { type Reader, readsOf } from './reads.ts';

/** The most relationships looked at in one hop. */
const STEPS_MAX = 2_000;

/**
 * Entities whose relationships one read of a bound reader looks at. It visits those that may not be told of, too, and an
 * engine goes on with a read that nobody waits for any more: between two of them a walk can end.
 */
const BOUND_STARTS_MAX = 200;

export interface WalkOptions extends Reader {
  /** Instead of {@link BOUND_STARTS_MAX}. */
  readonly boundStartsMax?: number;
  readonly signal?: AbortSignal;
}

/** Entities in the order they are reached, the start first, with the steps among all of them. */
export interface Walked {
  readonly entityIds: readonly string[];
  readonly steps: readonly Step[];
  /** Whether a bound cut the walk. */
  readonly truncated: boolean;
}

/** What lies within `hops` of the start, at most `limit` entities. */
export async function walkFrom(
  graph: GraphStore,
  start: readonly string[],
  bounds: { readonly hops: number; readonly limit: number },
  options: WalkOptions,
): Promise<Walked> {
  const reached = new Set(start.slice(0, bounds.limit));
  const steps = new Map<string, Step>();
  let truncated = reached.size < new Set(start).size;
  let frontier = [...reached];
  for (let hop = 0; hop < bounds.hops && frontier.length > 0; hop++) {
    const found = await readSteps(graph, frontier, options);
    truncated ||= found.length === STEPS_MAX;
    const next = new Set<string>();
    for (const step of found) {
      if (!reached.has(step.to) && reached.size + next.size >= bounds.limit && !next.has(step.to)) {
        truncated = true;
        continue;
      }
      if (!reached.has(step.to)) next.add(step.to);
      steps.set(step.relationshipId, step);
    }
    for (const id of next) reached.add(id);
    frontier = [...next];
  }
  return { entityIds: [...reached], steps: [...steps.values()], truncated };
}

/** The most relationships looked at in one hop of a walk from several entities at once. */
const SHARED_STEPS_MAX = 10_000;

/**
 * For each start, the entities within `hops`, nearest first and then by id, without the start. All walks go
 * side by side: one read a hop, however many starts.
 */
export async function neighborsOf(
  graph: GraphStore,
  starts: readonly string[],
  bounds: { readonly hops: number; readonly limit: number },
  options: WalkOptions,
): Promise<readonly (readonly string[])[]> {
  const walks = starts.map((start) => ({ reached: new Set([start]), frontier: [start] }));
  for (let hop = 0; hop < bounds.hops; hop++) {
    const frontier = [...new Set(walks.flatMap((walk) => walk.frontier))];
    if (frontier.length === 0) break;
    const stepsByFrom = Map.groupBy(
      await readSteps(graph, frontier, options, SHARED_STEPS_MAX),
      (step) => step.from,
    );
    for (const walk of walks) {
      const found = walk.frontier.flatMap((id) => (stepsByFrom.get(id) ?? []).map((step) => step.to));
      walk.frontier = [...new Set(found)]
        .filter((id) => !walk.reached.has(id))
        .sort()
        .slice(0, bounds.limit + 1 - walk.reached.size);
      for (const id of walk.frontier) walk.reached.add(id);
    }
  }
  return walks.map((walk) => [...walk.reached].slice(1));
}

/** A shortest path as alternating entities and the steps between them. */
export interface FoundPath {
  readonly entityIds: readonly string[];
  readonly relationshipIds: readonly string[];
}

/** The most relationships looked at in one hop of a path: the side with fewer is grown, so both ends must have more. */
const PATH_STEPS_MAX = 20_000;

/**
 * A shortest path of at most `maxHops` relationships, in either direction, or null where there is none. Searches
 * from both ends and grows the side with fewer relationships, level by level, so that a hub is read only where
 * both sides have one (Pohl, 1971). A level is read whole or not at all: rejects with QUERY_TOO_COMPLEX where it
 * would be too large, rather than to miss a path.
 */
export async function shortestPath(
  graph: GraphStore,
  ends: { readonly from: string; readonly to: string },
  maxHops: number,
  options: WalkOptions & { readonly stepsMax?: number },
): Promise<FoundPath | null> {
  if (ends.from === ends.to) return { entityIds: [ends.from], relationshipIds: [] };
  const [forward, backward] = await Promise.all([
    createSide(graph, ends.from, options),
    createSide(graph, ends.to, options),
  ]);
  for (let hop = 0; hop < maxHops; hop++) {
    const side = forward.steps <= backward.steps ? forward : backward;
    const other = side === forward ? backward : forward;
    if (side.steps === 0) return null;
    await growSide(side, graph, options);
    const meeting = side.frontier.find((id) => other.cameBy.has(id));
    if (meeting !== undefined) return joinSides(forward, backward, meeting);
    if (hop + 1 < maxHops) side.steps = await countSteps(graph, side.frontier, options);
  }
  return null;
}

/** One end of a two-sided search: what it has reached, and by which step. */
interface Side {
  frontier: readonly string[];
  /** Relationships at the frontier. */
  steps: number;
  readonly cameBy: Map<string, Step | null>;
}

async function createSide(graph: GraphStore, start: string, options: WalkOptions): Promise<Side> {
  const steps = await countSteps(graph, [start], options);
  return { frontier: [start], steps, cameBy: new Map([[start, null]]) };
}

async function growSide(
  side: Side,
  graph: GraphStore,
  options: WalkOptions & { readonly stepsMax?: number },
): Promise<void> {
  const { stepsMax = PATH_STEPS_MAX } = options;
  if (side.steps > stepsMax) throw tooBusy(stepsMax);
  const next: string[] = [];
  for (const step of await readSteps(graph, side.frontier, options, side.steps)) {
    if (side.cameBy.has(step.to)) continue;
    side.cameBy.set(step.to, step);
    next.push(step.to);
  }
  side.frontier = next;
}

async function countSteps(
  graph: GraphStore,
  frontier: readonly string[],
  options: WalkOptions,
): Promise<number> {
  if (frontier.length === 0) return 0;
  const counts: number[] = [];
  for (const part of partsOf(frontier, options)) {
    counts.push(...(await graph.read(readsOf(options).stepCount(part), callOptions(options))));
  }
  return counts.reduce((sum, steps) => sum + steps, 0);
}

function tooBusy(stepsMax: number): Problem {
  const detail = `Both ends lead to entities with more than ${stepsMax} relationships at once, so whether there is a path cannot be said. Ask with a smaller "maxHops", or between entities on the way.`;
  return new Problem('QUERY_TOO_COMPLEX', detail);
}

function joinSides(forward: Side, backward: Side, meeting: string): FoundPath {
  const before = trail(forward, meeting);
  const after = trail(backward, meeting);
  return {
    entityIds: [...before.map((step) => step.from), meeting, ...after.toReversed().map((step) => step.from)],
    relationshipIds: [...before, ...after.toReversed()].map((step) => step.relationshipId),
  };
}

/** The steps from a side's start to `id`. */
function trail(side: Side, id: string): readonly Step[] {
  const steps: Step[] = [];
  for (let step = side.cameBy.get(id); step; step = side.cameBy.get(step.from)) steps.push(step);
  return steps.toReversed();
}

/** By relationship and then by start, whether in one read or in several. */
async function readSteps(
  graph: GraphStore,
  ids: readonly string[],
  options: WalkOptions,
  limit = STEPS_MAX,
): Promise<readonly Step[]> {
  const parts = partsOf(ids, options);
  const found: (readonly Step[])[] = [];
  for (const part of parts)
    found.push(await graph.read(readsOf(options).steps(part, limit), callOptions(options)));
  return parts.length === 1 ? (found[0] ?? []) : found.flat().toSorted(byRelationship).slice(0, limit);
}

function byRelationship(left: Step, right: Step): number {
  if (left.relationshipId !== right.relationshipId)
    return left.relationshipId < right.relationshipId ? -1 : 1;
  return left.from < right.from ? -1 : 1;
}

/** Whoever is bound to nothing asks once. */
function partsOf(
  ids: readonly string[],
  { within, boundStartsMax = BOUND_STARTS_MAX }: WalkOptions,
): readonly (readonly string[])[] {
  if (within === undefined) return [ids];
  return Array.from({ length: Math.ceil(ids.length / boundStartsMax) }, (_, at) =>
    ids.slice(at * boundStartsMax, (at + 1) * boundStartsMax),
  );
}

function callOptions({ signal }: WalkOptions): CallOptions {
  return signal === undefined ? {} : { signal };
}
