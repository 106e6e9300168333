/** Building the indexes anew from the graph: after their folder was lost, or for another embedder. */

import type { Log } from '../platform/log.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { Leases } from '../stores/graph/leases/leases.ts';
import { chunkDigests, chunksOfDocuments } from '../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsByIds, documentsOfAll } from '../stores/graph/statements/documents.ts';
import { indexState } from '../stores/graph/statements/knowledge.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedder } from '../text/embedder.ts';
import type { Exclusive } from './exclusive.ts';
import { embedPassages } from './steps/embed.ts';

/** Documents and chunks in memory at once. */
const DOCUMENTS_AT_ONCE = 32;
const CHUNKS_AT_ONCE = 500;

export interface ReindexTools {
  readonly graph: GraphStore;
  readonly vectors: VectorStore;
  readonly embedder: Embedder;
  readonly exclusive: Exclusive;
  readonly leases: Leases;
  readonly log: Log;
}

/** One process rebuilds; the others work on meanwhile, as what they index is not missing. */
const LEASE = 'reindex';

/**
 * Compares how far the indexes are with the graph, and rebuilds them where they are behind. Begins anew after a
 * crash: only at the end is the index said to be complete.
 */
export async function bringIndexesUpToDate(tools: ReindexTools, signal: AbortSignal): Promise<void> {
  const lease = await tools.leases.tryAcquire(LEASE);
  if (lease === null) return;
  try {
    // The graph first: a batch that is written in between takes the indexes ahead of this number, never behind it.
    const [wanted = 0] = await tools.graph.read(indexState());
    const reached = await tools.vectors.revision();
    if (reached >= wanted) return;
    tools.log.warn({ reached, wanted }, 'The indexes are behind the graph and are rebuilt from it.');
    const chunks = await rebuild(tools, signal);
    if (signal.aborted) return;
    await tools.exclusive(async ({ graph }) => {
      const [now = 0] = await graph.read(indexState());
      await tools.vectors.recordRevision(now);
    });
    tools.log.warn({ chunks }, 'The indexes are rebuilt.');
  } finally {
    await lease.release();
  }
}

async function rebuild(tools: ReindexTools, signal: AbortSignal): Promise<number> {
  let indexed = 0;
  let after = '';
  while (!signal.aborted) {
    const documents = await tools.graph.read(documentsOfAll(after, DOCUMENTS_AT_ONCE));
    const last = documents.at(-1);
    if (last === undefined) break;
    for (const document of documents) indexed += await indexDocument(tools, document, signal);
    after = last.id;
  }
  return indexed;
}

async function indexDocument(
  tools: ReindexTools,
  document: DocumentNode,
  signal: AbortSignal,
): Promise<number> {
  const { tenant, id: documentId, collectionId, title, mediaType, metadata, updatedAt } = document;
  let after = -1;
  for (;;) {
    const chunks = await tools.graph.read(
      chunksOfDocuments(tenant, [documentId], { after, limit: CHUNKS_AT_ONCE }),
    );
    const vectors = await embedPassages(
      tools.embedder,
      chunks.map(({ text }) => ({ title, text })),
      signal,
    );
    const indexed = chunks.map(({ id, headings, text }, at) => ({
      chunkId: id,
      documentId,
      collectionId,
      title,
      headings,
      text,
      vector: vectors[at] ?? null,
    }));
    const current = await tools.exclusive(async ({ graph }) => {
      const [[stored = null], present] = await Promise.all([
        graph.read(documentsByIds(tenant, [documentId])),
        graph.read(chunkDigests([documentId])),
      ]);
      if (stored?.versionHash !== document.versionHash) return stored;
      const kept = new Set(present.map(({ chunkId }) => chunkId));
      await tools.vectors.apply([
        {
          tenant,
          documents: [{ documentId, collectionId, mediaType, metadata, updatedAt }],
          chunks: indexed.filter(({ chunkId }) => kept.has(chunkId)),
        },
      ]);
      return document;
    });
    // Deleted while it was embedded, it must not come back; changed, its next version is indexed.
    if (current === null) return 0;
    if (current !== document) return indexDocument(tools, current, signal);
    after += chunks.length;
    if (chunks.length < CHUNKS_AT_ONCE) return after + 1;
  }
}
