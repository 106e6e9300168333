/** Exploring the graph from outside a search: find entities, go along relationships, cut out a picture. */

import { badInput } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import type { EntityNode } from '../../stores/graph/statements/entities.ts';
import { entityKey } from '../../text/entity-key.ts';
import { type Reader, readsOf } from './reads.ts';
import { type FoundPath, shortestPath, type Walked, walkFrom } from './walk.ts';

/** Longest name looked up, in characters. */
const NAME_CHARS_MAX = 200;
const PATH_HOPS_MAX = 6;
const NEIGHBORHOOD_HOPS_MAX = 3;
const NEIGHBORHOOD_STARTS_MAX = 20;
const NEIGHBORHOOD_ENTITIES_MAX = 1_000;

export interface EntityQuery {
  readonly name: string | null;
  readonly type: string | null;
  readonly collectionId: string | null;
  readonly after: string;
  readonly limit: number;
}

export interface Traversal {
  /** Entities by id from behind `after`; a name narrows them to what it is a spelling of. */
  entities(query: EntityQuery, call: TraversalCall): Promise<readonly EntityNode[]>;
  /**
   * A shortest path, or null when there is none within `maxHops` or an end does not exist. Rejects with
   * QUERY_TOO_COMPLEX where both ends lie in too busy a part of the graph to say.
   */
  path(
    ends: { readonly from: string; readonly to: string; readonly maxHops: number },
    call: TraversalCall,
  ): Promise<FoundPath | null>;
  neighborhood(
    around: { readonly entityIds: readonly string[]; readonly hops: number; readonly limit: number },
    call: TraversalCall,
  ): Promise<Walked>;
}

export interface TraversalCall extends Reader {
  readonly signal: AbortSignal;
}

export function createTraversal(graph: GraphStore): Traversal {
  return {
    entities: (query, call) => findEntities(graph, query, call),
    path: (ends, call) => findPath(graph, ends, call),
    neighborhood: (around, call) => findNeighborhood(graph, around, call),
  };
}

async function findEntities(
  graph: GraphStore,
  query: EntityQuery,
  call: TraversalCall,
): Promise<readonly EntityNode[]> {
  const reads = readsOf(call);
  if (query.name === null) {
    return graph.read(
      reads.entitiesListed({ ...query, type: query.type?.toUpperCase() ?? null }),
      options(call),
    );
  }
  if (query.name.length > NAME_CHARS_MAX)
    throw badInput('name', `has more than ${NAME_CHARS_MAX} characters`);
  const key = entityKey(query.name);
  if (key === '') throw badInput('name', 'has no letter and no digit');
  const named = await graph.read(reads.entitiesNamed([key], query.collectionId), options(call));
  const type = query.type?.toUpperCase();
  return named
    .filter((entity) => entity.id > query.after && (type === undefined || entity.type === type))
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .slice(0, query.limit);
}

async function findPath(
  graph: GraphStore,
  { from, to, maxHops }: { readonly from: string; readonly to: string; readonly maxHops: number },
  call: TraversalCall,
): Promise<FoundPath | null> {
  requireWithin('maxHops', maxHops, PATH_HOPS_MAX);
  const ends = await graph.read(readsOf(call).entities([from, to]), options(call));
  if (ends.length < new Set([from, to]).size) return null;
  return shortestPath(graph, { from, to }, maxHops, call);
}

async function findNeighborhood(
  graph: GraphStore,
  around: { readonly entityIds: readonly string[]; readonly hops: number; readonly limit: number },
  call: TraversalCall,
): Promise<Walked> {
  requireWithin('hops', around.hops, NEIGHBORHOOD_HOPS_MAX);
  requireWithin('limit', around.limit, NEIGHBORHOOD_ENTITIES_MAX);
  requireStarts(around.entityIds);
  const known = new Set(
    (await graph.read(readsOf(call).entities(around.entityIds), options(call))).map(({ id }) => id),
  );
  const starts = around.entityIds.filter((id) => known.has(id));
  return walkFrom(graph, starts, around, call);
}

function requireStarts({ length }: readonly string[]): void {
  if (length >= 1 && length <= NEIGHBORHOOD_STARTS_MAX) return;
  throw badInput('entities', `has ${length} ids and must have 1 to ${NEIGHBORHOOD_STARTS_MAX}.`);
}

function requireWithin(field: string, value: number, max: number): void {
  if (value < 1 || value > max) throw badInput(field, `is ${value} and must be from 1 to ${max}`);
}

function options(call: TraversalCall): CallOptions {
  return { signal: call.signal };
}
