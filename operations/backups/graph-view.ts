/** What a backup reads of a graph at its cut: from a view of it, or from the file that the view was read into. */

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
import { type GraphReader, idPages, nodePages } from '../move/pages.ts';

export interface GraphView {
  /** All of a label in the order of their ids. */
  nodePages(label: CarriedLabel): AsyncIterable<readonly CarriedNode[]>;
  /** Their ids alone. */
  idPages(label: CarriedLabel): AsyncIterable<readonly string[]>;
  edgesFrom(edge: CarriedEdge, sources: readonly string[]): Promise<readonly CarriedRelation[]>;
  chunksOf(documentIds: readonly string[]): Promise<readonly Pick<ChunkDigest, 'chunkId' | 'documentId'>[]>;
  count(label: CarriedLabel): Promise<number>;
  /** How far the search indexes must be to have all of it. */
  indexedTo(): Promise<number>;
}

export function viewOf(graph: GraphReader, signal: AbortSignal): GraphView {
  return {
    nodePages: (label) => nodePages(graph, label, signal),
    idPages: (label) => idPages(graph, label, signal),
    edgesFrom: (edge, sources) => graph.read(edgesFrom(edge, sources), { signal }),
    chunksOf: (documentIds) => graph.read(chunkDigests(documentIds), { signal }),
    count: async (label) => (await graph.read(countNodes(label), { signal }))[0] ?? 0,
    indexedTo: async () => (await graph.read(indexState(), { signal }))[0] ?? 0,
  };
}
