/** What belongs to documents and lies outside the graph: their bytes and texts, and the vectors of their chunks. */

import { LRUCache } from 'lru-cache';
import { contentHash } from '../../model/ids.ts';
import { Problem } from '../../platform/errors.ts';
import type { ContentKey, ContentStore } from '../../stores/content/content-store.ts';
import type { CarriedLabel, CarriedNode } from '../../stores/graph/statements/transfer.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { contentsOf } from '../move/carry-contents.ts';
import type { GraphView } from './graph-view.ts';
import type { PartStream } from './part-writer.ts';

/** Documents whose chunks are listed at once, and vectors that are read at once. */
const DOCUMENTS_AT_ONCE = 50;
const VECTORS_AT_ONCE = 500;
/** Contents that are known to be in the set already: one that two documents have is written once. */
const CONTENTS_REMEMBERED = 100_000;

export interface OutsideTools {
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  /** The index that answers; another one must not take its place meanwhile. */
  readonly index: string;
  readonly streams: { readonly contents: PartStream; readonly vectors: PartStream };
}

export interface OutsideGraph {
  /** Writes what lies outside the graph of these nodes, as `graph` has them. */
  carry(label: CarriedLabel, nodes: readonly CarriedNode[], graph: GraphView): Promise<void>;
  /** Whether the content was not there to be kept: the source has lost it. */
  isLost(key: ContentKey): boolean;
}

export function createOutsideGraph(tools: OutsideTools): OutsideGraph {
  const written = new LRUCache<string, true>({ max: CONTENTS_REMEMBERED });
  const lost = new Set<string>();
  return {
    carry: async (label, nodes, graph) => {
      for (const key of contentsOf(label, nodes)) {
        const name = nameOf(key);
        if (written.has(name)) continue;
        const bytes = await contentOf(tools.content, key);
        if (bytes === null) {
          lost.add(name);
          continue;
        }
        lost.delete(name);
        await tools.streams.contents.add(name, { ...key }, bytes);
        written.set(name, true);
      }
      if (label !== 'Document') return;
      for (let at = 0; at < nodes.length; at += DOCUMENTS_AT_ONCE)
        await carryVectors(tools, nodes.slice(at, at + DOCUMENTS_AT_ONCE), graph);
    },
    isLost: (key) => lost.has(nameOf(key)),
  };
}

function nameOf({ tenant, hash }: ContentKey): string {
  return `${tenant} ${hash}`;
}

async function contentOf(content: ContentStore, key: ContentKey): Promise<Uint8Array | null> {
  const [bytes = null] = await content.get([key]);
  if (bytes === null || contentHash(bytes) === key.hash) return bytes;
  throw new Problem(
    'CONFLICT',
    `The content ${key.hash} of tenant "${key.tenant}" is damaged. Ingest its document again, then back up again.`,
  );
}

/** One record a chunk, also where it has no vector: it is found by its words. */
async function carryVectors(
  { vectors, index, streams }: OutsideTools,
  documents: readonly CarriedNode[],
  graph: GraphView,
): Promise<void> {
  const tenants = new Map(documents.map(({ id, properties }) => [id, String(properties['tenant'])]));
  const chunks = (await graph.chunksOf([...tenants.keys()])).toSorted(byDocumentAndId);
  for (const [tenant, ofTenant] of Map.groupBy(chunks, ({ documentId }) => tenants.get(documentId) ?? '')) {
    for (let at = 0; at < ofTenant.length; at += VECTORS_AT_ONCE) {
      const page = ofTenant.slice(at, at + VECTORS_AT_ONCE);
      const found = await vectors.vectors(
        page.map(({ chunkId }) => chunkId),
        tenant,
        index,
      );
      for (const [at, { chunkId }] of page.entries())
        await streams.vectors.add(chunkId, { tenant, chunkId }, bytesOf(found[at] ?? null));
    }
  }
}

type ChunkOfDocument = Awaited<ReturnType<GraphView['chunksOf']>>[number];

function byDocumentAndId(left: ChunkOfDocument, right: ChunkOfDocument): number {
  const [a, b] = [left, right].map(({ documentId, chunkId }) => `${documentId} ${chunkId}`);
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

/** Little-endian on every machine, single precision; nothing where there is none. */
function bytesOf(vector: Float32Array | null): Uint8Array {
  if (vector === null) return new Uint8Array(0);
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes;
}

export function vectorOf(bytes: Uint8Array): Float32Array | null {
  if (bytes.length === 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
}
