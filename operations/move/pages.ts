/** Every node and every edge of a graph, page by page in the order of their ids. */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import {
  CARRIED_EDGES,
  type CarriedEdge,
  type CarriedLabel,
  type CarriedNode,
  type CarriedRelation,
  edgesFrom,
  idsAfter,
  nodesAfter,
} from '../../stores/graph/statements/transfer.ts';

/** A graph, or a view of one. */
export type GraphReader = Pick<GraphStore, 'read'>;

const PAGE = 500;
/** Longest time of a page, in ms: engines look at the whole label for each. */
const PAGE_MS_MAX = 120_000;

export async function* nodePages(
  graph: GraphReader,
  label: CarriedLabel,
  signal: AbortSignal,
): AsyncGenerator<readonly CarriedNode[]> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const nodes: readonly CarriedNode[] = await graph.read(nodesAfter(label, after, PAGE), bounded(signal));
    if (nodes.length > 0) yield nodes;
    after = nodes.at(-1)?.id;
  }
}

export async function* idPages(
  graph: GraphReader,
  label: CarriedLabel,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const ids: readonly string[] = await graph.read(idsAfter(label, after, PAGE), bounded(signal));
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
    yield graph.read(edgesFrom(edge, sources), bounded(signal));
}

function bounded(signal: AbortSignal) {
  return { signal, timeoutMs: PAGE_MS_MAX };
}
