/** Reads and encodes a page of a graph in the thread of its engine. */

import type { BesideRead } from '../../stores/graph/graph-store.ts';
import {
  type CarriedLabel,
  type CarriedNode,
  edgesFrom,
  nodesByIds,
} from '../../stores/graph/statements/transfer.ts';
import { type EncodedPage, encodeChunks, encodeEdges, encodeNodes } from './encode-page.ts';

/** Both ends of these may be anywhere. */
export type EdgeApart = 'RELATES' | 'NAMES';

/** All that a page of ids has, in their order. */
export type PageRequest = { readonly ids: readonly string[] } & (
  | { readonly kind: 'nodes'; readonly label: CarriedLabel }
  | { readonly kind: 'chunks' }
  | { readonly kind: 'edges'; readonly edge: EdgeApart }
);

export async function beside(read: BesideRead, request: PageRequest): Promise<EncodedPage> {
  switch (request.kind) {
    case 'nodes':
      return encodeNodes(request.label, await nodesOf(read, request.label, request.ids));
    case 'chunks': {
      const { ids } = request;
      const [chunks, MENTIONS, STATES] = await Promise.all([
        nodesOf(read, 'Chunk', ids),
        read(edgesFrom('MENTIONS', ids)),
        read(edgesFrom('STATES', ids)),
      ]);
      return encodeChunks(chunks, { MENTIONS, STATES });
    }
    case 'edges':
      return encodeEdges(request.edge, await read(edgesFrom(request.edge, request.ids)));
  }
}

async function nodesOf(
  read: BesideRead,
  label: CarriedLabel,
  ids: readonly string[],
): Promise<readonly CarriedNode[]> {
  const byId = new Map((await read(nodesByIds(label, ids))).map((node) => [node.id, node]));
  return ids.map((id) => byId.get(id)).filter((node) => node !== undefined);
}
