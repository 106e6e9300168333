/** Putting into the index that answers what the graph has, as it is by then, whatever the index says it has. */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { chunksByIds } from '../../stores/graph/statements/chunks.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { countLateRemovals } from '../../stores/graph/statements/removals.ts';
import { toIndexedChunk, toIndexedDocument } from '../../stores/vectors/to-indexed.ts';
import { embedAcceptable } from '../steps/embed.ts';
import type { CheckTools } from './page.ts';

type MendTools = Pick<CheckTools, 'graph' | 'vectors' | 'embedders' | 'exclusive'>;

/**
 * Embeds before it takes the index for itself; what was changed meanwhile is left to whoever changed it. Where the
 * index's embedder is not configured here, the vectors that it has are put back.
 */
export async function mendChunks(
  { graph, vectors, embedders, exclusive }: MendTools,
  tenant: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { name: index, embedder: maker } = await vectors.current();
  const embedder = await embedders.of(maker);
  const { chunks, documents } = await readChunks(graph, tenant, ids);
  const known = chunks.flatMap((chunk) => {
    const document = documents.get(chunk.documentId);
    return document === undefined ? [] : [{ chunk, document }];
  });
  const passages = known.map(({ chunk: { text }, document: { title } }) => ({ title, text }));
  const vectorsOfChunks =
    embedder === null
      ? await vectors.vectors(
          known.map(({ chunk }) => chunk.id),
          tenant,
          index,
        )
      : await embedAcceptable(embedder, passages, signal);
  const made = new Map(known.map(({ chunk }, at) => [chunk.id, vectorsOfChunks[at] ?? null]));
  await exclusive(async (alone) => {
    const now = await readChunks(alone.graph, tenant, ids);
    const same = [...now.documents.values()].filter(
      ({ id, versionHash }) => documents.get(id)?.versionHash === versionHash,
    );
    const sameIds = new Set(same.map(({ id }) => id));
    const indexed = now.chunks.flatMap((chunk) => {
      const document = now.documents.get(chunk.documentId);
      const isSame = document !== undefined && sameIds.has(document.id) && made.has(chunk.id);
      return isSame ? [toIndexedChunk(document, chunk, made.get(chunk.id))] : [];
    });
    await alone.graph.write([countLateRemovals()]);
    const change = { tenant, documents: same.map(toIndexedDocument), chunks: indexed, anew: true };
    await vectors.apply([change], index);
  });
}

export async function mendFacts(
  { vectors, exclusive }: Pick<MendTools, 'vectors' | 'exclusive'>,
  tenant: string,
  documentIds: readonly string[],
): Promise<void> {
  if (documentIds.length === 0) return;
  await exclusive(async ({ graph }) => {
    const documents = await graph.read(documentsByIds(tenant, documentIds));
    const ready = documents.filter(({ status }) => status === 'READY').map(toIndexedDocument);
    await vectors.apply([{ tenant, documents: ready, anew: true }]);
  });
}

async function readChunks(graph: GraphStore, tenant: string, ids: readonly string[]) {
  const chunks = await graph.read(chunksByIds(tenant, ids));
  const documentIds = [...new Set(chunks.map(({ documentId }) => documentId))];
  const documents = await graph.read(documentsByIds(tenant, documentIds));
  return { chunks, documents: new Map(documents.map((document) => [document.id, document])) };
}
