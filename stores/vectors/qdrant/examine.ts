/** Points against what the graph has, and everything that lies in a collection. */

import { isDeepStrictEqual } from 'node:util';
import {
  type Expected,
  type HeldEntry,
  type HeldPage,
  type IndexFault,
  type IndexFaultKind,
  isSoundVector,
} from '../index-faults.ts';
import { ofTenant } from './boundary-filter.ts';
import { type ChangeTarget, documentPoint } from './changes.ts';
import type { Schemas } from './connection.ts';
import { type DocumentFacts, documentFacts } from './document-facts.ts';
import { FIELDS, VECTORS } from './fields.ts';
import { inParts, LIMITS } from './limits.ts';
import { pointId } from './point-id.ts';
import { chunkVector, countWords, wordsOfColumns } from './word-vectors.ts';

/** Points read in one request, with their vectors. */
const POINTS_AT_ONCE = 128;

type Found = ReadonlyMap<string, Schemas['Record']>;
type ExpectedChunk = Expected['chunks'][number];

export async function examinePoints(
  target: ChangeTarget,
  tenant: string,
  { documents, chunks }: Expected,
): Promise<readonly IndexFault[]> {
  const idOf = (kind: 'chunk' | 'document', id: string) => pointId(kind, tenant, id);
  const [points, facts] = await Promise.all([
    read(
      target,
      chunks.map(({ chunkId }) => idOf('chunk', chunkId)),
    ),
    read(
      target,
      documents.map(({ documentId }) => idOf('document', documentId)),
    ),
  ]);
  const terms = await target.termsOf(
    chunks.map(({ title, headings, text }) => ({ title, headings: headings.join('\n'), text })),
  );
  const factsOf = new Map(documents.map((document) => [document.documentId, documentFacts(document)]));
  return [
    ...chunks.flatMap((chunk, at) => {
      const { chunkId: id, documentId } = chunk;
      const point = points.get(idOf('chunk', id));
      const words = wordsOfColumns(terms[at] ?? { title: [], headings: [], text: [] });
      const kinds = [
        postingFault(chunk, point, words, factsOf.get(documentId)),
        target.hasVectors ? vectorFault(point) : null,
      ];
      return kinds.flatMap((kind) => (kind === null ? [] : [{ kind, id, documentId } as const]));
    }),
    ...documents.flatMap((document): readonly IndexFault[] => {
      const { documentId } = document;
      const point = facts.get(idOf('document', documentId));
      if (point === undefined) return [{ kind: 'FACTS_MISSING', id: documentId, documentId }];
      const isSame = isDeepStrictEqual({ ...point.payload }, documentPoint(tenant, document).payload);
      return isSame ? [] : [{ kind: 'FACTS_DIFFER', id: documentId, documentId }];
    }),
  ];
}

async function read({ qdrant, collection }: ChangeTarget, ids: readonly string[]): Promise<Found> {
  const found = new Map<string, Schemas['Record']>();
  for (const part of inParts(ids, POINTS_AT_ONCE)) {
    const points = await qdrant.ask((api, init) =>
      api.getPoints(
        { collection_name: collection, ids: [...part], with_payload: true, with_vector: true },
        init,
      ),
    );
    for (const point of points) found.set(String(point.id), point);
  }
  return found;
}

/** What filters look at stands on the chunk as well, and is part of what a search finds it by. */
function postingFault(
  { chunkId, documentId, collectionId }: ExpectedChunk,
  point: Schemas['Record'] | undefined,
  words: string,
  facts: DocumentFacts | undefined,
): IndexFaultKind | null {
  if (point === undefined) return 'POSTING_MISSING';
  const payload: Readonly<Record<string, unknown>> = { ...point.payload };
  const counts = countWords(words);
  const isSame =
    payload[FIELDS.chunkId] === chunkId &&
    payload[FIELDS.documentId] === documentId &&
    payload[FIELDS.collectionId] === collectionId &&
    payload[FIELDS.kind] === 'chunk' &&
    payload[FIELDS.words] === words &&
    (facts === undefined || isDeepStrictEqual(payload[FIELDS.document], facts)) &&
    hasWords(vectorsOf(point)[VECTORS.words], counts);
  return isSame ? null : 'POSTING_DIFFERS';
}

/** The weights are made of the words, so it is enough to see that there is one for each. */
function hasWords(vector: unknown, counts: ReturnType<typeof countWords>): boolean {
  if (counts.length === 0) return true;
  if (typeof vector !== 'object' || vector === null || !('indices' in vector)) return false;
  const { indices } = vector;
  const expected = chunkVector(counts).indices;
  const sorted = (list: readonly number[]) => list.toSorted((left, right) => left - right);
  return Array.isArray(indices) && isDeepStrictEqual(sorted(indices.map(Number)), sorted([...expected]));
}

function vectorFault(point: Schemas['Record'] | undefined): IndexFaultKind | null {
  const dense = point === undefined ? undefined : vectorsOf(point)[VECTORS.dense];
  if (!Array.isArray(dense)) return 'VECTOR_MISSING';
  return isSoundVector(dense.map(Number)) ? null : 'VECTOR_DIFFERS';
}

function vectorsOf({ vector }: Schemas['Record']): Readonly<Record<string, unknown>> {
  return typeof vector === 'object' && vector !== null ? { ...vector } : {};
}

/** By the ids of points. One whose id is not made of what it stands for is a stray, whatever it says it is. */
export async function heldPoints(
  { qdrant, collection }: Pick<ChangeTarget, 'qdrant' | 'collection'>,
  tenant: string,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<HeldPage> {
  const page = await qdrant.ask((api, init) =>
    api.scrollPoints(
      {
        collection_name: collection,
        filter: { must: [ofTenant(tenant)] },
        limit,
        with_payload: [FIELDS.kind, FIELDS.chunkId, FIELDS.documentId],
        ...(after === null ? {} : { offset: after }),
      },
      init,
    ),
  );
  const next = page.next_page_offset;
  return {
    entries: page.points.map((point) => entryOf(tenant, point)),
    next: typeof next === 'string' ? next : null,
  };
}

function entryOf(tenant: string, { id, payload }: Schemas['Record']): HeldEntry {
  const { kind, chunkId, documentId }: Readonly<Record<string, unknown>> = { ...payload };
  const of = kind === 'chunk' ? 'CHUNK' : 'DOCUMENT';
  const named = String(of === 'CHUNK' ? chunkId : documentId);
  const isOwn = (kind === 'chunk' || kind === 'document') && String(id) === pointId(kind, tenant, named);
  if (!isOwn) return { of: 'STRAY', id: String(id), documentId: '' };
  return { of, id: named, documentId: String(documentId) };
}

export async function heldTenants({
  qdrant,
  collection,
}: Pick<ChangeTarget, 'qdrant' | 'collection'>): Promise<readonly string[]> {
  const { hits } = await qdrant.ask((api, init) =>
    api.facet({ collection_name: collection, key: FIELDS.tenant, limit: LIMITS.hits, exact: true }, init),
  );
  return hits.map(({ value }) => String(value)).toSorted();
}
