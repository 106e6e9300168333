/** Questions without a ranking: how often a phrase is written, what a chunk's vector is, which documents match. */

import type { Boundary } from '../../../model/filter.ts';
import type { MissingVectors } from '../vector-store.ts';
import { boundaryConditions } from './boundary-filter.ts';
import { ofKind } from './changes.ts';
import type { QdrantConnection, Schemas } from './connection.ts';
import type { CorpusScope } from './corpus-statistics.ts';
import { FIELDS, VECTORS } from './fields.ts';
import { inParts, LIMITS } from './limits.ts';
import { pointId } from './point-id.ts';

export interface Lookup {
  readonly qdrant: QdrantConnection;
  readonly collection: string;
}

/** In how many chunks inside these terms stand next to each other; 0 for none. */
export async function countPhrase(
  { qdrant, collection }: Lookup,
  terms: readonly string[],
  { tenant, collectionIds }: CorpusScope,
  signal?: AbortSignal,
): Promise<number> {
  const conditions = boundaryConditions({
    tenant,
    ...(collectionIds === undefined ? {} : { collectionIds }),
  });
  if (terms.length === 0 || conditions === null) return 0;
  const filter = { must: [...conditions, { key: FIELDS.words, match: { phrase: terms.join(' ') } }] };
  const { count } = await qdrant.ask(
    (api, init) => api.countPoints({ collection_name: collection, filter, exact: true }, init),
    signal,
  );
  return count;
}

/** In the order asked; null for what has none. */
export async function readVectors(
  { qdrant, collection }: Lookup,
  chunkIds: readonly string[],
  tenant: string,
): Promise<readonly (Float32Array | null)[]> {
  const points = chunkIds.map((id) => pointId('chunk', tenant, id));
  const pages = await Promise.all(
    inParts([...new Set(points)], LIMITS.pointsAtOnce).map((ids) =>
      qdrant.ask((api, init) =>
        api.getPoints(
          {
            collection_name: collection,
            ids: [...ids],
            with_payload: false,
            with_vector: [VECTORS.dense],
          },
          init,
        ),
      ),
    ),
  );
  const found = new Map(pages.flat().map(({ id, vector }) => [String(id), denseOf(vector)]));
  return points.map((id) => found.get(id) ?? null);
}

function denseOf(vector: unknown): Float32Array | null {
  if (typeof vector !== 'object' || vector === null || !(VECTORS.dense in vector)) return null;
  const dense = vector[VECTORS.dense];
  return Array.isArray(dense) ? Float32Array.from(dense) : null;
}

/** By the ids of points, which is an order that stays. */
export async function missingVectors(
  { qdrant, collection }: Lookup,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<MissingVectors> {
  const page = await qdrant.ask((api, init) =>
    api.scrollPoints(
      {
        collection_name: collection,
        filter: { must: [ofKind('chunk')], must_not: [{ has_vector: VECTORS.dense }] },
        limit,
        with_payload: [FIELDS.tenant, FIELDS.chunkId],
        ...(after === null ? {} : { offset: after }),
      },
      init,
    ),
  );
  return { chunks: page.points.map(missingOf), next: offsetOf(page.next_page_offset) };
}

function missingOf({ payload }: Schemas['Record']) {
  const { tenant, chunkId }: Readonly<Record<string, unknown>> = { ...payload };
  return { tenant: String(tenant), chunkId: String(chunkId) };
}

function offsetOf(offset: unknown): string | null {
  return typeof offset === 'string' ? offset : null;
}

export async function matchingDocuments(
  { qdrant, collection }: Lookup,
  documentIds: readonly string[],
  boundary: Boundary,
): Promise<ReadonlySet<string>> {
  const conditions = boundaryConditions(boundary);
  if (conditions === null) return new Set();
  const idOf = new Map(documentIds.map((id) => [pointId('document', boundary.tenant, id), id]));
  const pages = await Promise.all(
    inParts([...idOf.keys()], LIMITS.pointsAtOnce).map((ids) =>
      qdrant.ask((api, init) =>
        api.scrollPoints(
          {
            collection_name: collection,
            filter: { must: [...conditions, ofKind('document'), { has_id: [...ids] }] },
            limit: ids.length,
            with_payload: false,
          },
          init,
        ),
      ),
    ),
  );
  const found = pages.flatMap(({ points }) => points).map(({ id }) => idOf.get(String(id)));
  return new Set(found.filter((id) => id !== undefined));
}
