/**
 * Changes as requests. A document's facts are written to its chunks first and to its own point last, so that a
 * change cut short counts as not made and applying it again makes it whole.
 */

import { createHash } from 'node:crypto';
import type { IndexedChunk, IndexedDocument } from '../indexed.ts';
import type { Columns, ColumnTerms } from '../terms.ts';
import type { IndexChange, IndexRemoval, IndexSize } from '../vector-store.ts';
import { type Condition, ofTenant, oneOf } from './boundary-filter.ts';
import type { QdrantConnection, Schemas } from './connection.ts';
import { lengthParts } from './corpus-statistics.ts';
import { type DocumentFacts, documentFacts } from './document-facts.ts';
import { FIELDS, VECTORS } from './fields.ts';
import { inParts, LIMITS } from './limits.ts';
import { pointId } from './point-id.ts';
import { chunkVector, countWords, wordsOfColumns } from './word-vectors.ts';

/** Chunks in one request: with vectors of 1,536 numbers, some 4 MB of JSON. */
const CHUNKS_AT_ONCE = 128;
const DOCUMENTS_AT_ONCE = 250;

export interface ChangeTarget {
  readonly qdrant: QdrantConnection;
  readonly collection: string;
  readonly hasVectors: boolean;
  termsOf(texts: readonly Columns[]): Promise<readonly ColumnTerms[]>;
}

/** Removals first, then additions in place of what has their id. */
export async function applyChange(target: ChangeTarget, change: IndexChange): Promise<IndexRemoval> {
  const removal = await remove(target, change);
  await add(target, change);
  return removal;
}

async function remove(
  target: ChangeTarget,
  { tenant, removeChunkIds = [], removeDocumentIds = [], removeStrayIds = [] }: IndexChange,
): Promise<IndexRemoval> {
  let total: IndexRemoval = { vectors: 0, postings: 0 };
  const chunkPoints = removeChunkIds.map((id) => pointId('chunk', tenant, id));
  const selections: readonly (readonly Condition[])[] = [
    ...inParts(removeStrayIds, LIMITS.pointsAtOnce).map((ids) => [ofTenant(tenant), { has_id: [...ids] }]),
    ...inParts(chunkPoints, LIMITS.pointsAtOnce).map((ids) => [ofTenant(tenant), { has_id: [...ids] }]),
    ...inParts(removeDocumentIds, LIMITS.pointsAtOnce).map((ids) => [
      ofTenant(tenant),
      ...(oneOf(FIELDS.documentId, ids) ?? []),
    ]),
  ];
  for (const selection of selections) {
    const removed = await countChunks(target, selection);
    total = { vectors: total.vectors + removed.vectors, postings: total.postings + removed.postings };
    await target.qdrant.ask((api, init) =>
      api.deletePoints(
        { collection_name: target.collection, wait: true, filter: { must: [...selection] } },
        init,
      ),
    );
  }
  return total;
}

/** Of all tenants. */
export async function indexSize(target: ChangeTarget): Promise<IndexSize> {
  const { postings, vectors } = await countChunks(target, []);
  return { chunks: postings, vectors };
}

async function countChunks(
  { qdrant, collection, hasVectors }: ChangeTarget,
  selection: readonly Condition[],
): Promise<IndexRemoval> {
  const count = async (...more: readonly Condition[]) => {
    const filter = { must: [...selection, ofKind('chunk'), ...more] };
    const answer = await qdrant.ask((api, init) =>
      api.countPoints({ collection_name: collection, filter, exact: true }, init),
    );
    return answer.count;
  };
  const [postings, vectors] = await Promise.all([
    count(),
    hasVectors ? count({ has_vector: VECTORS.dense }) : 0,
  ]);
  return { vectors, postings };
}

async function add(target: ChangeTarget, change: IndexChange): Promise<void> {
  const { tenant, documents = [], chunks = [], anew = false } = change;
  if (documents.length === 0 && chunks.length === 0) return;
  const known = await knownFacts(
    target,
    tenant,
    [...documents, ...chunks].map(({ documentId }) => documentId),
  );
  const changed = documents
    .map((document) => documentPoint(tenant, document))
    .filter(({ payload: { documentId, digest } }) => anew || known.get(documentId)?.digest !== digest);
  for (const part of inParts(changed, DOCUMENTS_AT_ONCE)) await setOnChunks(target, tenant, part);
  const facts = new Map([...known, ...changed.map(({ payload }) => [payload.documentId, payload] as const)]);
  for (const part of inParts(chunks, CHUNKS_AT_ONCE)) await putChunks(target, tenant, part, facts);
  for (const part of inParts(changed, DOCUMENTS_AT_ONCE)) await put(target, part);
}

interface DocumentPayload {
  readonly documentId: string;
  readonly document: DocumentFacts;
  /** Of everything else in the payload. */
  readonly digest: string;
}

type KnownFacts = ReadonlyMap<string, Pick<DocumentPayload, 'document' | 'digest'>>;

async function knownFacts(
  { qdrant, collection }: ChangeTarget,
  tenant: string,
  documentIds: readonly string[],
): Promise<KnownFacts> {
  const ids = [...new Set(documentIds)].map((id) => pointId('document', tenant, id));
  const pages = await Promise.all(
    inParts(ids, LIMITS.pointsAtOnce).map((part) =>
      qdrant.ask((api, init) =>
        api.getPoints({ collection_name: collection, ids: [...part], with_payload: true }, init),
      ),
    ),
  );
  const payloads = pages.flat().map(({ payload }) => payload as unknown as DocumentPayload);
  return new Map(payloads.map((payload) => [payload.documentId, payload]));
}

type Point = Schemas['PointStruct'];

export function documentPoint(
  tenant: string,
  document: IndexedDocument,
): Point & { payload: DocumentPayload } {
  const { documentId, collectionId } = document;
  const payload = {
    [FIELDS.kind]: 'document',
    [FIELDS.tenant]: tenant,
    documentId,
    collectionId,
    document: documentFacts(document),
  };
  const digest = createHash('sha256').update(JSON.stringify(payload)).digest('base64url');
  return { id: pointId('document', tenant, documentId), vector: {}, payload: { ...payload, digest } };
}

async function setOnChunks(
  { qdrant, collection }: ChangeTarget,
  tenant: string,
  documents: readonly { readonly payload: DocumentPayload }[],
): Promise<void> {
  const operations = documents.map(({ payload: { documentId, document } }) => ({
    set_payload: {
      payload: { [FIELDS.document]: document },
      filter: {
        must: [ofTenant(tenant), ofKind('chunk'), ...(oneOf(FIELDS.documentId, [documentId]) ?? [])],
      },
    },
  }));
  await qdrant.ask((api, init) =>
    api.batchUpdate({ collection_name: collection, wait: true, operations }, init),
  );
}

async function putChunks(
  target: ChangeTarget,
  tenant: string,
  chunks: readonly IndexedChunk[],
  facts: KnownFacts,
): Promise<void> {
  const terms = await target.termsOf(
    chunks.map(({ title, headings, text }) => ({ title, headings: headings.join('\n'), text })),
  );
  const points = chunks.map((chunk, at) => {
    const words = wordsOfColumns(terms[at] ?? { title: [], headings: [], text: [] });
    const vector = target.hasVectors ? chunk.vector : null;
    return chunkPoint(
      tenant,
      { ...chunk, vector },
      { words, document: facts.get(chunk.documentId)?.document },
    );
  });
  await put(target, points);
}

export function chunkPoint(
  tenant: string,
  { chunkId, documentId, collectionId, vector }: Omit<IndexedChunk, 'title' | 'headings' | 'text'>,
  { words, document }: { readonly words: string; readonly document: DocumentFacts | undefined },
): Point {
  const counts = countWords(words);
  return {
    id: pointId('chunk', tenant, chunkId),
    vector: {
      ...(counts.length === 0 ? {} : { [VECTORS.words]: chunkVector(counts) }),
      ...(vector === null ? {} : { [VECTORS.dense]: [...vector] }),
    },
    payload: {
      [FIELDS.kind]: 'chunk',
      [FIELDS.tenant]: tenant,
      [FIELDS.chunkId]: chunkId,
      [FIELDS.documentId]: documentId,
      [FIELDS.collectionId]: collectionId,
      [FIELDS.words]: words,
      [FIELDS.length]: lengthParts(counts.length),
      ...(document === undefined ? {} : { [FIELDS.document]: document }),
    },
  };
}

async function put({ qdrant, collection }: ChangeTarget, points: readonly Point[]): Promise<void> {
  if (points.length === 0) return;
  await qdrant.ask((api, init) =>
    api.upsertPoints({ collection_name: collection, wait: true, points: [...points] }, init),
  );
}

export function ofKind(kind: 'chunk' | 'document'): Condition {
  return { key: FIELDS.kind, match: { value: kind } };
}
