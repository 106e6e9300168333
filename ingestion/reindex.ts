/** Building the indexes anew from the graph: after their folder was lost, or for another embedder. */

import type { Chunk } from '../model/documents.ts';
import type { Log } from '../platform/log.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { Leases } from '../stores/graph/leases/leases.ts';
import { chunkDigests, chunksOfDocuments } from '../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsByIds, documentsOfAll } from '../stores/graph/statements/documents.ts';
import { indexState } from '../stores/graph/statements/knowledge.ts';
import { countNodes } from '../stores/graph/statements/transfer.ts';
import { toIndexedChunk, toIndexedDocument } from '../stores/vectors/to-indexed.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedder } from '../text/embedder.ts';
import type { Exclusive } from './exclusive.ts';
import { embedPassages } from './steps/embed.ts';

/** Documents and chunks in memory at once. */
const DOCUMENTS_AT_ONCE = 32;
const CHUNKS_AT_ONCE = 500;
/** A document with fewer chunks is indexed together with others. */
const CHUNKS_OF_SMALL_MAX = 32;

export interface ReindexTools {
  readonly graph: GraphStore;
  readonly vectors: VectorStore;
  readonly embedder: Embedder;
  readonly exclusive: Exclusive;
  readonly leases: Leases;
  readonly log: Log;
  /** Told how far a rebuild is, in words; null when it is done. */
  readonly tell?: (progress: string | null) => void;
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
    tools.tell?.(null);
    tools.log.warn({ chunks }, 'The indexes are rebuilt.');
  } finally {
    await lease.release();
  }
}

async function rebuild(tools: ReindexTools, signal: AbortSignal): Promise<number> {
  const [total = 0] = await tools.graph.read(countNodes('Chunk'));
  let indexed = 0;
  let after = '';
  while (!signal.aborted) {
    tools.tell?.(`The indexes are rebuilt: ${indexed} of ${total} chunks. Searches find the rest later.`);
    const documents = await tools.graph.read(documentsOfAll(after, DOCUMENTS_AT_ONCE));
    const last = documents.at(-1);
    if (last === undefined) break;
    for (const [tenant, ofTenant] of Map.groupBy(documents, (document) => document.tenant))
      indexed += await indexDocuments(tools, tenant, ofTenant, signal);
    after = last.id;
  }
  return indexed;
}

/** Small ones in one change of the indexes, large ones piece by piece. */
async function indexDocuments(
  tools: ReindexTools,
  tenant: string,
  documents: readonly DocumentNode[],
  signal: AbortSignal,
): Promise<number> {
  const ids = documents.map(({ id }) => id);
  const page = { after: -1, limit: CHUNKS_OF_SMALL_MAX };
  const chunks = Map.groupBy(
    await tools.graph.read(chunksOfDocuments(tenant, ids, page)),
    ({ documentId }) => documentId,
  );
  const isSmall = ({ id }: DocumentNode) => (chunks.get(id)?.length ?? 0) < CHUNKS_OF_SMALL_MAX;
  const small = documents.filter(isSmall);
  const together = small.flatMap((document) =>
    (chunks.get(document.id) ?? []).map((chunk) => ({ document, chunk })),
  );
  const changed = await indexTogether(tools, tenant, small, together, signal);
  const again = new Set(changed.map(({ id }) => id));
  let indexed = together.filter(({ document }) => !again.has(document.id)).length;
  for (const document of [...documents.filter((each) => !isSmall(each)), ...changed])
    indexed += await indexDocument(tools, document, signal);
  return indexed;
}

/** Gives those that were changed meanwhile, as they are now. One that was deleted must not come back. */
async function indexTogether(
  tools: ReindexTools,
  tenant: string,
  documents: readonly DocumentNode[],
  chunks: readonly { readonly document: DocumentNode; readonly chunk: Chunk }[],
  signal: AbortSignal,
): Promise<readonly DocumentNode[]> {
  if (documents.length === 0) return [];
  const vectors = await embedPassages(
    tools.embedder,
    chunks.map(({ document: { title }, chunk: { text } }) => ({ title, text })),
    signal,
  );
  const indexed = chunks.map(({ document, chunk }, at) => toIndexedChunk(document, chunk, vectors[at]));
  const ids = documents.map(({ id }) => id);
  return tools.exclusive(async ({ graph }) => {
    const [stored, present] = await Promise.all([
      graph.read(documentsByIds(tenant, ids)),
      graph.read(chunkDigests(ids)),
    ]);
    const versions = new Map(documents.map(({ id, versionHash }) => [id, versionHash]));
    const same = stored.filter(({ id, versionHash }) => versions.get(id) === versionHash);
    const kept = new Set(present.map(({ chunkId }) => chunkId));
    const sameIds = new Set(same.map(({ id }) => id));
    await tools.vectors.apply([
      {
        tenant,
        documents: same.map(toIndexedDocument),
        chunks: indexed.filter(({ chunkId, documentId }) => sameIds.has(documentId) && kept.has(chunkId)),
      },
    ]);
    return stored.filter(({ id }) => !sameIds.has(id));
  });
}

async function indexDocument(
  tools: ReindexTools,
  document: DocumentNode,
  signal: AbortSignal,
): Promise<number> {
  const { tenant, id: documentId, title } = document;
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
    const indexed = chunks.map((chunk, at) => toIndexedChunk(document, chunk, vectors[at]));
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
          documents: [toIndexedDocument(document)],
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
