/** What belongs to documents and lies outside the graph: their bytes and texts, and the vectors of their chunks. */

import { LRUCache } from 'lru-cache';
import type { EmbedderIdentity } from '../../model/embedding.ts';
import { Problem } from '../../platform/errors.ts';
import { hashInPieces } from '../../platform/hash-in-pieces.ts';
import type { ContentKey, ContentStore } from '../../stores/content/content-store.ts';
import type { CarriedLabel, CarriedNode } from '../../stores/graph/statements/transfer.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { contentsOf } from '../move/carry-contents.ts';
import { readContents } from '../move/read-contents.ts';
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
  readonly embedder: EmbedderIdentity | null;
  readonly streams: { readonly contents: PartStream; readonly vectors: PartStream };
}

export interface OutsideGraph {
  /**
   * Writes what lies outside the graph of these nodes, as `graph` has them. Gives the documents that have chunks without a
   * vector, where an embedder gives vectors.
   */
  carry(label: CarriedLabel, nodes: readonly CarriedNode[], graph: GraphView): Promise<ReadonlySet<string>>;
  /** Whether the content was not there to be kept: the source has lost it. */
  isLost(key: ContentKey): boolean;
}

export function createOutsideGraph(tools: OutsideTools): OutsideGraph {
  const written = new LRUCache<string, true>({ max: CONTENTS_REMEMBERED });
  const lost = new Set<string>();
  const carryContents = async (label: CarriedLabel, nodes: readonly CarriedNode[]) => {
    const keys = contentsOf(label, nodes).filter((key) => !written.has(nameOf(key)));
    for await (const [key, bytes] of readContents(tools.content, keys)) {
      const name = nameOf(key);
      if (bytes === null) {
        lost.add(name);
        continue;
      }
      if (`sha256:${await hashInPieces(bytes)}` !== key.hash) throw contentDamaged(key);
      lost.delete(name);
      await tools.streams.contents.add([{ key: name, header: { ...key }, body: bytes }]);
      written.set(name, true);
    }
  };
  return {
    carry: async (label, nodes, graph) => {
      // Side by side, since they lie in engines of their own; whoever fails first is told of once both are still.
      const [contents, vectors] = await Promise.allSettled([
        carryContents(label, nodes),
        label === 'Document' ? carryVectors(tools, nodes, graph) : new Set<string>(),
      ]);
      if (contents.status === 'rejected') throw contents.reason;
      if (vectors.status === 'rejected') throw vectors.reason;
      return vectors.value;
    },
    isLost: (key) => lost.has(nameOf(key)),
  };
}

function nameOf({ tenant, hash }: ContentKey): string {
  return `${tenant} ${hash}`;
}

function contentDamaged({ tenant, hash }: ContentKey): Problem {
  return new Problem(
    'CONFLICT',
    `The content ${hash} of tenant "${tenant}" is damaged. Ingest its document again, then back up again.`,
  );
}

async function carryVectors(
  tools: OutsideTools,
  documents: readonly CarriedNode[],
  graph: GraphView,
): Promise<ReadonlySet<string>> {
  const lacking = new Set<string>();
  for (let at = 0; at < documents.length; at += DOCUMENTS_AT_ONCE)
    for (const id of await carryVectorsOf(tools, documents.slice(at, at + DOCUMENTS_AT_ONCE), graph))
      lacking.add(id);
  return lacking;
}

/** One record a chunk, also where it has no vector: it is found by its words. Gives the documents of such chunks. */
async function carryVectorsOf(
  { vectors, index, embedder, streams }: OutsideTools,
  documents: readonly CarriedNode[],
  graph: GraphView,
): Promise<readonly string[]> {
  const lacking: string[] = [];
  const tenants = new Map(documents.map(({ id, properties }) => [id, String(properties['tenant'])]));
  const places = new Map(documents.map(({ id }, at) => [id, at]));
  const byDocumentAndId = (left: ChunkOfDocument, right: ChunkOfDocument) => {
    const apart = (places.get(left.documentId) ?? 0) - (places.get(right.documentId) ?? 0);
    return apart === 0 && left.chunkId !== right.chunkId ? (left.chunkId < right.chunkId ? -1 : 1) : apart;
  };
  const chunks = (await graph.chunksOf([...tenants.keys()])).toSorted(byDocumentAndId);
  for (const [tenant, ofTenant] of Map.groupBy(chunks, ({ documentId }) => tenants.get(documentId) ?? '')) {
    for (let at = 0; at < ofTenant.length; at += VECTORS_AT_ONCE) {
      const page = ofTenant.slice(at, at + VECTORS_AT_ONCE);
      const found = await vectors.vectors(
        page.map(({ chunkId }) => chunkId),
        tenant,
        index,
      );
      await streams.vectors.add(
        page.map(({ chunkId }, at) => ({
          key: chunkId,
          header: { tenant, chunkId },
          body: bytesOf(found[at] ?? null),
        })),
      );
      if (embedder !== null)
        lacking.push(
          ...page.filter((_, at) => (found[at] ?? null) === null).map((chunk) => chunk.documentId),
        );
    }
  }
  return lacking;
}

type ChunkOfDocument = Awaited<ReturnType<GraphView['chunksOf']>>[number];

/** Little-endian on every machine, single precision; nothing where there is none. */
function bytesOf(vector: Float32Array | null): Uint8Array {
  if (vector === null) return new Uint8Array(0);
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < vector.length; at++) view.setFloat32(at * 4, vector[at] ?? 0, true);
  return bytes;
}

export function vectorOf(bytes: Uint8Array): Float32Array | null {
  if (bytes.length === 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const vector = new Float32Array(bytes.length / 4);
  for (let at = 0; at < vector.length; at++) vector[at] = view.getFloat32(at * 4, true);
  return vector;
}
