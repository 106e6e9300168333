/** Carries the search indexes: postings are made from the graph's own chunks, vectors are taken as they are. */

import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsOfAll } from '../../stores/graph/statements/documents.ts';
import { toIndexedChunk, toIndexedDocument } from '../../stores/vectors/to-indexed.ts';
import type { Installation } from './move.ts';

/** Documents in one step, and chunks in memory at once. */
const DOCUMENTS_AT_ONCE = 50;
const CHUNKS_AT_ONCE = 500;

export interface IndexRun {
  readonly from: Installation;
  readonly to: Installation;
  /** Id of the last document carried. */
  readonly after: string;
  readonly signal: AbortSignal;
}

/** The next documents' chunks; `after` is null when there are no more. */
export async function carryIndexes({ from, to, after, signal }: IndexRun) {
  const documents = await from.graph.read(documentsOfAll(after, DOCUMENTS_AT_ONCE), { signal });
  for (const document of documents) await carryDocument(from, to, document);
  return { count: documents.length, after: documents.at(-1)?.id ?? null };
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
