/** What a backup reads of a graph at its cut: from a view of it, or from the file that the view was read into. */

import type { GraphSnapshot } from '../../stores/graph/graph-store.ts';
import { type ChunkDigest, chunkDigests } from '../../stores/graph/statements/chunks.ts';
import { indexState } from '../../stores/graph/statements/knowledge.ts';
import {
  type CarriedEdge,
  type CarriedLabel,
  type CarriedNode,
  type CarriedRelation,
  countNodes,
  edgesFrom,
} from '../../stores/graph/statements/transfer.ts';
import { type GraphReader, idPagesAsMade, nodePages } from '../move/pages.ts';
import type { PageRequest } from './encode-beside.ts';
import type { EncodedPage } from './encode-page.ts';

export interface GraphView {
  /**
   * All of a label, in the order in which they were made where the engine knows it, and of their ids elsewhere: the same
   * order each time, whatever came or went.
   */
  nodePages(label: CarriedLabel): AsyncIterable<readonly CarriedNode[]>;
  /** In the order of their ids, which are hashes: the first are as good as any. */
  sampled(label: CarriedLabel): AsyncIterable<readonly CarriedNode[]>;
  /** Ids alone, in the order of `nodePages`. */
  idPages(label: CarriedLabel): AsyncIterable<readonly string[]>;
  edgesFrom(edge: CarriedEdge, sources: readonly string[]): Promise<readonly CarriedRelation[]>;
  chunksOf(documentIds: readonly string[]): Promise<readonly Pick<ChunkDigest, 'chunkId' | 'documentId'>[]>;
  /** Where the engine is in this process: a page encoded beside it. */
  readonly encoded?: (request: PageRequest) => Promise<EncodedPage>;
  count(label: CarriedLabel): Promise<number>;
  /** How far the search indexes must be to have all of it. */
  indexedTo(): Promise<number>;
}

const ENCODE_BESIDE = new URL('./encode-beside.ts', import.meta.url);

export function viewOf(graph: GraphReader & Pick<GraphSnapshot, 'beside'>, signal: AbortSignal): GraphView {
  const { beside } = graph;
  return {
    ...(beside && { encoded: (request) => beside(ENCODE_BESIDE, request, { signal }) }),
    nodePages: (label) => nodePages(graph, label, signal, idPagesAsMade(graph, label, signal)),
    sampled: (label) => nodePages(graph, label, signal),
    idPages: (label) => idPagesAsMade(graph, label, signal),
    edgesFrom: (edge, sources) => graph.read(edgesFrom(edge, sources), { signal }),
    chunksOf: (documentIds) => graph.read(chunkDigests(documentIds), { signal }),
    count: async (label) => (await graph.read(countNodes(label), { signal }))[0] ?? 0,
    indexedTo: async () => (await graph.read(indexState(), { signal }))[0] ?? 0,
  };
}
