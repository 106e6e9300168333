/** The index against what the graph has, and everything that lies in any part of it. */

import type { Expected, HeldEntry, HeldPage, IndexFault, IndexFaultKind } from '../index-faults.ts';
import { isSoundVector } from '../index-faults.ts';
import type { IndexedChunk, IndexedDocument } from '../indexed.ts';
import type { DenseIndex } from './dense-index.ts';
import type { DenseRow } from './dense-row.ts';
import type { DocumentRow, PostingRow } from './index-rows.ts';
import type { KeywordIndex } from './keyword-index.ts';

export async function examineIndex(
  keywords: KeywordIndex,
  dense: DenseIndex | null,
  tenant: string,
  { documents, chunks }: Expected,
): Promise<readonly IndexFault[]> {
  const ids = chunks.map(({ chunkId }) => chunkId);
  const postings = new Map(keywords.postingRows(tenant, ids).map((row) => [row.chunkId, row]));
  const lost = new Set(keywords.notFoundByWords(tenant, [...postings.values()]));
  const vectors = Map.groupBy((await dense?.onDisk.rowsOf(tenant, ids)) ?? [], ({ chunkId }) => chunkId);
  const facts = new Map(
    keywords
      .documentRows(
        tenant,
        documents.map(({ documentId }) => documentId),
      )
      .map((row) => [row.documentId, row]),
  );
  return [
    ...chunks.flatMap((chunk) => {
      const { chunkId: id, documentId } = chunk;
      const kinds = [
        lost.has(id) ? 'POSTING_DIFFERS' : postingFault(chunk, postings.get(id)),
        dense === null ? null : vectorFault(chunk, vectors.get(id) ?? []),
      ];
      return kinds.flatMap((kind) => (kind === null ? [] : [{ kind, id, documentId } as const]));
    }),
    ...documents.flatMap((document) => {
      const { documentId } = document;
      const kind = factsFault(document, facts.get(documentId));
      return kind === null ? [] : [{ kind, id: documentId, documentId }];
    }),
  ];
}

type WithoutVector = Omit<IndexedChunk, 'vector'>;

function postingFault(chunk: WithoutVector, row: PostingRow | undefined): IndexFaultKind | null {
  if (row === undefined || row.text === null) return 'POSTING_MISSING';
  const isSame =
    row.documentId === chunk.documentId &&
    row.collectionId === chunk.collectionId &&
    row.title === stored(chunk.title) &&
    row.headings === stored(chunk.headings.join('\n')) &&
    row.text === stored(chunk.text);
  return isSame ? null : 'POSTING_DIFFERS';
}

/** UTF-8 has no half of a character; SQLite keeps a mark in its place. */
function stored(text: string): string {
  return text.toWellFormed();
}

function vectorFault(chunk: WithoutVector, rows: readonly DenseRow[]): IndexFaultKind | null {
  const [row, ...others] = rows;
  if (row === undefined) return 'VECTOR_MISSING';
  if (others.length > 0) return 'VECTOR_TWICE';
  const isSame =
    row.documentId === chunk.documentId &&
    row.collectionId === chunk.collectionId &&
    isSoundVector(row.vector);
  return isSame ? null : 'VECTOR_DIFFERS';
}

function factsFault(document: IndexedDocument, row: DocumentRow | undefined): IndexFaultKind | null {
  if (row === undefined) return 'FACTS_MISSING';
  const isSame =
    row.collectionId === document.collectionId &&
    row.mediaType === document.mediaType &&
    row.metadata === JSON.stringify(document.metadata) &&
    row.updatedAt === new Date(document.updatedAt).toISOString();
  return isSame ? null : 'FACTS_DIFFER';
}

/** The parts in the order in which they are looked through. */
const PARTS = ['CHUNKS', 'DOCUMENTS', 'POSTINGS', 'VECTORS'] as const;
type IndexPart = (typeof PARTS)[number];

interface Page {
  readonly after: string | null;
  readonly limit: number;
}

export async function heldIn(
  keywords: KeywordIndex,
  dense: DenseIndex | null,
  tenant: string,
  { after, limit }: Page,
): Promise<HeldPage> {
  const [part, from] =
    after === null ? (['CHUNKS', null] as const) : (JSON.parse(after) as [IndexPart, string | null]);
  const { entries, next } =
    part === 'VECTORS'
      ? await unknownVectors(keywords, dense, tenant, { after: from, limit })
      : keywords.held(tenant, part, { after: from, limit });
  const following = PARTS[PARTS.indexOf(part) + 1];
  if (next !== null) return { entries, next: JSON.stringify([part, next]) };
  return { entries, next: following === undefined ? null : JSON.stringify([following, null]) };
}

/** Vectors of chunks that SQLite does not know; those that it knows have been told of already. */
async function unknownVectors(
  keywords: KeywordIndex,
  dense: DenseIndex | null,
  tenant: string,
  { after, limit }: Page,
): Promise<HeldPage> {
  if (dense === null) return { entries: [], next: null };
  const offset = Number(after ?? 0);
  const places = await dense.onDisk.placesFrom(tenant, offset, limit);
  const known = new Set(
    keywords.known(
      tenant,
      places.map(({ chunkId }) => chunkId),
    ),
  );
  const entries = places
    .filter(({ chunkId }) => !known.has(chunkId))
    .map(({ chunkId: id, documentId }): HeldEntry => ({ of: 'CHUNK', id, documentId }));
  return { entries, next: places.length < limit ? null : String(offset + limit) };
}
