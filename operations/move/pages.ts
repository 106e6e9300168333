/** Every node and every edge of a graph, page by page in the order of their ids. */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createIdCursor } from '../../stores/graph/id-cursor.ts';
import {
  CARRIED_EDGES,
  type CarriedEdge,
  type CarriedLabel,
  type CarriedNode,
  type CarriedRelation,
  edgesFrom,
  nodesByIds,
} from '../../stores/graph/statements/transfer.ts';

/** A graph, or a view of one. */
export type GraphReader = Pick<GraphStore, 'read'>;

const PAGE = 500;

/** Of a graph that others write to, what comes meanwhile may be left out; a view of one has none of it. */
export async function* nodePages(
  graph: GraphReader,
  label: CarriedLabel,
  signal: AbortSignal,
): AsyncGenerator<readonly CarriedNode[]> {
  for await (const ids of idPages(graph, label, signal)) {
    const nodes = await graph.read(nodesByIds(label, ids), { signal });
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

/** The edges that start at a page of nodes; a page may have none. */
export async function* edgePages(
  graph: GraphReader,
  edge: CarriedEdge,
  signal: AbortSignal,
): AsyncGenerator<readonly CarriedRelation[]> {
  for await (const sources of idPages(graph, CARRIED_EDGES[edge], signal))
    yield graph.read(edgesFrom(edge, sources), { signal });
}
