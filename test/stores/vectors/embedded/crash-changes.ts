/** The changes that a writer makes until it is killed, and what the indexes hold after the first few of them. */

import type { IndexedChunk } from '../../../../stores/vectors/indexed.ts';
import type { IndexChange } from '../../../../stores/vectors/vector-store.ts';
import { createLexicalEmbedder } from '../../../../text/embedders/lexical.ts';

export const TENANT = 'acme';
export const IDENTITY = { fingerprint: 'lexical-v1', dimensions: 256 };
const CHUNKS_A_CHANGE = 40;

const embedder = createLexicalEmbedder();

async function chunk(change: number, at: number, text: string): Promise<IndexedChunk> {
  const [vector = null] = await embedder.embed([text], 'passage');
  const documentId = `document-${change}`;
  return {
    chunkId: `chunk-${change}-${at}`,
    documentId,
    collectionId: 'c',
    title: '',
    headings: [],
    text,
    vector,
  };
}

/** Adds a document of chunks, writes one chunk of the document before anew, and removes the one before that. */
export async function changeNumber(change: number): Promise<IndexChange> {
  const texts = Array.from({ length: CHUNKS_A_CHANGE }, (_, at) => `common fresh${change} part${at}`);
  const added = await Promise.all(texts.map((text, at) => chunk(change, at, text)));
  const rewritten = change > 0 ? [await chunk(change - 1, 0, `common again${change - 1}`)] : [];
  return {
    tenant: TENANT,
    documents: [
      {
        documentId: `document-${change}`,
        collectionId: 'c',
        mediaType: 'text/plain',
        metadata: {},
        updatedAt: '2026-01-01T00:00:00Z',
      },
    ],
    chunks: [...added, ...rewritten],
    removeDocumentIds: change > 1 ? [`document-${change - 2}`] : [],
  };
}

/** The ids of all chunks after this change. */
export function idsAfter(change: number): readonly string[] {
  return [change - 1, change]
    .filter((number) => number >= 0)
    .flatMap((number) => Array.from({ length: CHUNKS_A_CHANGE }, (_, at) => `chunk-${number}-${at}`))
    .toSorted();
}
