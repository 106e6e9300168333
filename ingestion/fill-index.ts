/**
 * Filling an index from the graph, document by document, while others write: each is put in by whoever has the index
 * alone, as the graph has it then.
 */

import type { Chunk } from '../model/documents.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { readyDocuments } from '../stores/graph/ready-documents.ts';
import { chunkDigests, chunksOfDocuments } from '../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsByIds } from '../stores/graph/statements/documents.ts';
import { countLateRemovals } from '../stores/graph/statements/removals.ts';
import { toIndexedChunk, toIndexedDocument } from '../stores/vectors/to-indexed.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedder } from '../text/embedder.ts';
import type { Exclusive } from './exclusive.ts';
import { embedAcceptable } from './steps/embed.ts';

/** Documents and chunks in memory at once. */
const DOCUMENTS_AT_ONCE = 32;
const CHUNKS_AT_ONCE = 500;
/** A document with fewer chunks is indexed together with others. */
const CHUNKS_OF_SMALL_MAX = 32;

export interface FillTools {
  readonly graph: GraphStore;
  readonly vectors: VectorStore;
  readonly exclusive: Exclusive;
}

/** Which index, and who makes its vectors: nobody where that embedder is not configured here. */
export interface FillTarget {
  readonly index: string;
  readonly embedder: Embedder | null;
  /** Whether others put chunks into it ahead of the graph: what they put there has to be done again. */
  readonly isLive: boolean;
}

export interface FilledPage {
  /** Id of the last document that was put in. */
  readonly after: string;
  readonly chunks: number;
}

/** What was put in, page by page, from behind the document `after` to the end. */
export async function* fillIndex(
  tools: FillTools,
  target: FillTarget,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<FilledPage> {
  for await (const documents of readyDocuments(tools.graph, { after, limit: DOCUMENTS_AT_ONCE })) {
    const end = documents.at(-1);
    if (signal.aborted || end === undefined) return;
    let chunks = 0;
    for (const [tenant, ofTenant] of Map.groupBy(documents, (document) => document.tenant))
      chunks += await indexDocuments({ ...tools, ...target }, tenant, ofTenant, signal);
    yield { after: end.id, chunks };
  }
}

type Filling = FillTools & FillTarget;

/** Small ones in one change of the index, large ones piece by piece. */
async function indexDocuments(
  filling: Filling,
  tenant: string,
  documents: readonly DocumentNode[],
  signal: AbortSignal,
): Promise<number> {
  const ids = documents.map(({ id }) => id);
  const page = { after: -1, limit: CHUNKS_OF_SMALL_MAX };
  const chunks = Map.groupBy(
    await filling.graph.read(chunksOfDocuments(tenant, ids, page)),
    ({ documentId }) => documentId,
  );
  const isSmall = ({ id }: DocumentNode) => (chunks.get(id)?.length ?? 0) < CHUNKS_OF_SMALL_MAX;
  const small = documents.filter(isSmall);
  const together = small.flatMap((document) =>
    (chunks.get(document.id) ?? []).map((chunk) => ({ document, chunk })),
  );
  const changed = await indexTogether(filling, tenant, small, together, signal);
  const again = new Set(changed.map(({ id }) => id));
  let indexed = together.filter(({ document }) => !again.has(document.id)).length;
  for (const document of [...documents.filter((each) => !isSmall(each)), ...changed])
    indexed += await indexDocument(filling, document, signal);
  return indexed;
}

/** Gives those that were changed meanwhile, as they are now. One that was deleted must not come back. */
async function indexTogether(
  filling: Filling,
  tenant: string,
  documents: readonly DocumentNode[],
  chunks: readonly { readonly document: DocumentNode; readonly chunk: Chunk }[],
  signal: AbortSignal,
): Promise<readonly DocumentNode[]> {
  if (documents.length === 0) return [];
  const passages = chunks.map(({ document: { title }, chunk: { text } }) => ({ title, text }));
  const vectors = await vectorsOf(filling, passages, signal);
  const indexed = chunks.map(({ document, chunk }, at) => toIndexedChunk(document, chunk, vectors[at]));
  const ids = documents.map(({ id }) => id);
  return filling.exclusive(async ({ graph }) => {
    const [stored, present] = await Promise.all([
      graph.read(documentsByIds(tenant, ids)),
      graph.read(chunkDigests(ids)),
    ]);
    const versions = new Map(documents.map(({ id, versionHash }) => [id, versionHash]));
    const same = stored.filter(({ id, versionHash }) => versions.get(id) === versionHash);
    const kept = new Set(present.map(({ chunkId }) => chunkId));
    const sameIds = new Set(same.map(({ id }) => id));
    const change = {
      tenant,
      documents: same.map(toIndexedDocument),
      chunks: indexed.filter(({ chunkId, documentId }) => sameIds.has(documentId) && kept.has(chunkId)),
    };
    await filling.vectors.apply([change], filling.index);
    if (filling.isLive) await graph.write([countLateRemovals()]);
    return stored.filter(({ id }) => !sameIds.has(id));
  });
}

async function indexDocument(filling: Filling, document: DocumentNode, signal: AbortSignal): Promise<number> {
  const { tenant, id: documentId, title } = document;
  let after = -1;
  for (;;) {
    const chunks = await filling.graph.read(
      chunksOfDocuments(tenant, [documentId], { after, limit: CHUNKS_AT_ONCE }),
    );
    const passages = chunks.map(({ text }) => ({ title, text }));
    const vectors = await vectorsOf(filling, passages, signal);
    const indexed = chunks.map((chunk, at) => toIndexedChunk(document, chunk, vectors[at]));
    const current = await filling.exclusive(async ({ graph }) => {
      const [[stored = null], present] = await Promise.all([
        graph.read(documentsByIds(tenant, [documentId])),
        graph.read(chunkDigests([documentId])),
      ]);
      if (stored?.versionHash !== document.versionHash) return stored;
      const kept = new Set(present.map(({ chunkId }) => chunkId));
      const change = {
        tenant,
        documents: [toIndexedDocument(document)],
        chunks: indexed.filter(({ chunkId }) => kept.has(chunkId)),
      };
      await filling.vectors.apply([change], filling.index);
      if (filling.isLive) await graph.write([countLateRemovals()]);
      return document;
    });
    // Deleted while it was embedded, it must not come back; changed, its next version is indexed.
    if (current === null) return 0;
    if (current !== document) return indexDocument(filling, current, signal);
    after += chunks.length;
    if (chunks.length < CHUNKS_AT_ONCE) return after + 1;
  }
}

/** One that the embedder refuses is found by its words alone. */
async function vectorsOf(
  { embedder }: FillTarget,
  passages: Parameters<typeof embedAcceptable>[1],
  signal: AbortSignal,
): Promise<readonly (Float32Array | null)[]> {
  return embedder === null ? passages.map(() => null) : embedAcceptable(embedder, passages, signal);
}
