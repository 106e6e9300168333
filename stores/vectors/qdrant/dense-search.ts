/** Vectors: the nearest chunks, several questions in one request. */

import { invariant } from '../../../platform/errors.ts';
import { bestOfEach } from '../top-hits.ts';
import type { DenseQuery, ScoredChunk } from '../vector-store.ts';
import type { Condition } from './boundary-filter.ts';
import type { QdrantConnection, Schemas } from './connection.ts';
import { FIELDS, VECTORS } from './fields.ts';
import { inParts, LIMITS } from './limits.ts';

export interface DenseSearch {
  readonly qdrant: QdrantConnection;
  readonly collection: string;
  readonly dimensions: number;
  readonly isQuantized: boolean;
  /** Whether each vector inside is looked at: what a graph of vectors misses depends on those outside, too. */
  readonly isExact: boolean;
}

/**
 * Best first, ties by chunk id; one list a query. Qdrant looks at every vector where few are left by the conditions
 * (10 MB of them, by its default) and walks the tenant's graph otherwise, which may miss one now and then.
 */
export function searchVectors(
  { qdrant, collection, dimensions, isQuantized, isExact }: DenseSearch,
  queries: readonly DenseQuery[],
  conditions: readonly Condition[],
  signal?: AbortSignal,
): Promise<readonly (readonly ScoredChunk[])[]> {
  invariant(
    queries.every(({ vector }) => vector.length === dimensions),
    `this index is asked for vectors of ${dimensions} dimensions`,
  );
  const limits = queries.map(({ limit }) => limit);
  return bestOfEach(limits, LIMITS.hits, async (asked) => {
    const searches = asked.flatMap(({ at, count }) => {
      const query = queries[at];
      return query === undefined
        ? []
        : [nearestTo(query.vector, conditions, { limit: count, isQuantized, isExact })];
    });
    const answers = await Promise.all(
      inParts(searches, LIMITS.queriesAtOnce).map((part) =>
        qdrant.ask(
          (api, init) => api.queryBatchPoints({ collection_name: collection, searches: [...part] }, init),
          signal,
        ),
      ),
    );
    return answers.flat().map(({ points }) => points.map(toScored));
  });
}

export function nearestTo(
  vector: Float32Array,
  conditions: readonly Condition[],
  how: { readonly limit: number; readonly isQuantized: boolean; readonly isExact: boolean },
): Schemas['QueryRequest'] {
  return {
    query: [...vector],
    using: VECTORS.dense,
    filter: { must: [...conditions] },
    limit: how.limit,
    with_payload: [FIELDS.chunkId, FIELDS.documentId],
    ...paramsOf(how),
  };
}

function paramsOf({ isQuantized, isExact }: { readonly isQuantized: boolean; readonly isExact: boolean }) {
  if (isExact) return { params: { exact: true, quantization: { ignore: true } } };
  return isQuantized
    ? { params: { quantization: { rescore: true, oversampling: LIMITS.oversampling / 2 } } }
    : {};
}

function toScored({ payload, score }: Schemas['ScoredPoint']): ScoredChunk {
  const { chunkId, documentId }: Readonly<Record<string, unknown>> = { ...payload };
  return { chunkId: String(chunkId), documentId: String(documentId), score };
}
