/** Every node and every edge of a graph, page by page. */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createIdCursor } from '../../stores/graph/id-cursor.ts';
import {
  CARRIED_EDGES,
  type CarriedEdge,
  type CarriedLabel,
  type CarriedNode,
  type CarriedRelation,
  edgesFrom,
  type NodePlace,
  nodesByIds,
  placesAfter,
} from '../../stores/graph/statements/transfer.ts';

/** A graph, or a view of one. */
export type GraphReader = Pick<GraphStore, 'read' | 'numbersNodes'>;
export type IdPages = AsyncIterable<readonly string[]>;

const PAGE = 500;
/** Nodes whose numbers are read at once, some tens of megabytes: each look is at the whole label. */
const PLACES_HELD = 200_000;
/** Longest time of a look at a whole label, in ms. */
const LOOK_MS_MAX = 120_000;

/**
 * In the order of their ids, or of the pages of ids that are given. Of a graph that others write to, what comes meanwhile
 * may be left out; a view of one has none of it.
 */
export async function* nodePages(
  graph: GraphReader,
  label: CarriedLabel,
  signal: AbortSignal,
  pages: IdPages = idPages(graph, label, signal),
): AsyncGenerator<readonly CarriedNode[]> {
  for await (const ids of pages) {
    const found = await graph.read(nodesByIds(label, ids), { signal });
    const byId = new Map(found.map((node) => [node.id, node]));
    const nodes = ids.map((id) => byId.get(id)).filter((node) => node !== undefined);
    if (nodes.length > 0) yield nodes;
  }
}

export async function* idPages(
  graph: GraphReader,
  label: CarriedLabel,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const cursor = createIdCursor(graph, label);
  for (let after: string | undefined = ''; after !== undefined; ) {
    const ids: readonly string[] = await cursor.behind(after, PAGE, { signal });
    if (ids.length > 0) yield ids;
    after = ids.at(-1);
  }
}

/** In the order in which they were made, where the engine knows it: what changes together lies together. */
export async function* idPagesAsMade(
  graph: GraphReader,
  label: CarriedLabel,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  if (graph.numbersNodes !== true) return yield* idPages(graph, label, signal);
  for (let after: number | undefined = -1; after !== undefined; ) {
    const places: readonly NodePlace[] = await graph.read(placesAfter(label, after, PLACES_HELD), {
      signal,
      timeoutMs: LOOK_MS_MAX,
    });
    for (let at = 0; at < places.length; at += PAGE) yield places.slice(at, at + PAGE).map(({ id }) => id);
    after = places.length < PLACES_HELD ? undefined : places.at(-1)?.place;
  }
}

/** The edges that start at a page of nodes; a page may have none. */
export async function* edgePages(
  graph: GraphReader,
  edge: CarriedEdge,
  signal: AbortSignal,
  pages: IdPages = idPages(graph, CARRIED_EDGES[edge], signal),
): AsyncGenerator<readonly CarriedRelation[]> {
  for await (const sources of pages) yield graph.read(edgesFrom(edge, sources), { signal });
}
