/**
 * The pages of a graph as records: encoded beside the engine where that is in this process and nothing is left out, and
 * here elsewhere. The bytes are the same.
 */

import type { CarriedEdge, CarriedLabel } from '../../stores/graph/statements/transfer.ts';
import { CARRIED_EDGES } from '../../stores/graph/statements/transfer.ts';
import { madeAhead, readAhead } from '../move/read-ahead.ts';
import type { EdgeApart, PageRequest } from './encode-beside.ts';
import { type EncodedPage, encodeChunks, encodeEdges, encodeNodes } from './encode-page.ts';
import type { GraphView } from './graph-view.ts';
import { edgesInScope, edgesOfAll, type ScopeFilter } from './scope.ts';

/** While one is written, one is encoded and one is read: their columns by the engine, in threads of its own. */
const PAGES_AT_ONCE = 3;

export interface ReadPage {
  readonly page: EncodedPage;
  /** That were looked at. */
  readonly nodes: number;
}

export type ReadPages = AsyncIterable<ReadPage>;
type Request = PageRequest extends infer One ? (One extends unknown ? Omit<One, 'ids'> : never) : never;

export function nodesOf(graph: GraphView, label: CarriedLabel, filter: ScopeFilter): ReadPages {
  return (
    encodedBeside(graph, label, filter, { kind: 'nodes', label }) ??
    readAhead(nodesHere(graph, label, filter))
  );
}

export function chunksOf(graph: GraphView, filter: ScopeFilter): ReadPages {
  return encodedBeside(graph, 'Chunk', filter, { kind: 'chunks' }) ?? readAhead(chunksHere(graph, filter));
}

export function edgesOf(graph: GraphView, edge: EdgeApart, filter: ScopeFilter): ReadPages {
  return (
    encodedBeside(graph, CARRIED_EDGES[edge], filter, { kind: 'edges', edge }) ??
    readAhead(edgesHere(graph, edge, filter))
  );
}

function encodedBeside(
  { encoded, idPages }: GraphView,
  label: CarriedLabel,
  { isEverything }: ScopeFilter,
  request: Request,
): ReadPages | null {
  if (encoded === undefined || !isEverything) return null;
  return madeAhead(
    idPages(label),
    async (ids) => ({ page: await encoded({ ...request, ids } as PageRequest), nodes: ids.length }),
    PAGES_AT_ONCE,
  );
}

async function* nodesHere(graph: GraphView, label: CarriedLabel, filter: ScopeFilter) {
  for await (const nodes of graph.nodePages(label)) {
    const wanted = nodes.filter(({ properties }) => filter.hasNode(label, properties));
    yield { page: encodeNodes(label, wanted), nodes: nodes.length };
  }
}

async function* chunksHere(graph: GraphView, filter: ScopeFilter) {
  for await (const nodes of graph.nodePages('Chunk')) {
    const chunks = nodes.filter(({ properties }) => filter.hasNode('Chunk', properties));
    const ids = chunks.map(({ id }) => id);
    const leaving = async (edge: CarriedEdge) =>
      (await graph.edgesFrom(edge, ids)).filter((relation) => filter.hasEdge(edge, relation));
    const [MENTIONS, STATES] = await Promise.all([leaving('MENTIONS'), leaving('STATES')]);
    yield { page: encodeChunks(chunks, { MENTIONS, STATES }), nodes: nodes.length };
  }
}

async function* edgesHere(graph: GraphView, edge: EdgeApart, filter: ScopeFilter) {
  const pages = filter.isEverything ? edgesOfAll(graph, edge) : edgesInScope(graph, edge, filter);
  for await (const relations of pages) yield { page: encodeEdges(edge, relations), nodes: 0 };
}
