/** Carries the search indexes: postings are made from the graph's own chunks, vectors are taken as they are. */

import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsReady } from '../../stores/graph/statements/documents.ts';
import { toIndexedChunk, toIndexedDocument } from '../../stores/vectors/to-indexed.ts';
import type { Installation } from './installation.ts';

/** Chunks in memory at once. */
const CHUNKS_AT_ONCE = 500;

export interface IndexRun {
  readonly from: Installation;
  readonly to: Installation;
  /** Of the documents. */
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
}

/** The documents' chunks; gives how many documents have some. */
export async function carryIndexes({ from, to, ids, signal }: IndexRun): Promise<number> {
  const documents = await from.graph.read(documentsReady(ids), { signal });
  for (const document of documents) {
    signal.throwIfAborted();
    await carryDocument(from, to, document);
  }
  return documents.length;
}

async function carryDocument(from: Installation, to: Installation, document: DocumentNode): Promise<void> {
  const { tenant, id: documentId } = document;
  for (let after = -1; ; ) {
    const chunks = await from.graph.read(
      chunksOfDocuments(tenant, [documentId], { after, limit: CHUNKS_AT_ONCE }),
    );
    const vectors = await from.vectors.vectors(
      chunks.map(({ id }) => id),
      tenant,
    );
    await to.vectors.apply([
      {
        tenant,
        documents: [toIndexedDocument(document)],
        chunks: chunks.map((chunk, at) => toIndexedChunk(document, chunk, vectors[at])),
      },
    ]);
    if (chunks.length < CHUNKS_AT_ONCE) return;
    after += chunks.length;
  }
}
