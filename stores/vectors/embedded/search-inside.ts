/**
 * Searches inside a boundary. Most filters leave a good part of the documents, so the best few times as many as
 * wanted are found without the filter and checked; only where those are too few does the filter go into the index.
 */

import type { Boundary } from '../../../model/filter.ts';
import { best, bestInside } from '../top-hits.ts';
import type { DenseQuery, KeywordQuery, ScoredChunk } from '../vector-store.ts';
import { type DenseIndex, EXACT_ROWS_MAX } from './dense-index.ts';
import { hasDocumentFilter } from './filter-sql.ts';
import type { KeywordIndex } from './keyword-index.ts';

export async function searchKeyword(
  keywords: KeywordIndex,
  { text, limit }: KeywordQuery,
  boundary: Boundary,
): Promise<readonly ScoredChunk[]> {
  const { tenant, collectionIds, filter, closed } = boundary;
  if (closed) return keywords.searchClosed({ text, limit }, boundary);
  const find = async (count: number) => keywords.search({ text, limit: count }, tenant);
  if (!hasDocumentFilter(boundary) && collectionIds === undefined) return best(limit, find);
  // Collections and named documents are cheap to look at in the index itself.
  const isCheap = !hasDocumentFilter(boundary) || filter?.documentIds !== undefined;
  const hits = isCheap ? null : await bestInside(limit, find, (found) => keywords.inside(found, boundary));
  return hits ?? keywords.searchInside({ text, limit }, boundary);
}

export async function searchDense(
  dense: DenseIndex,
  keywords: KeywordIndex,
  { vector, limit }: DenseQuery,
  boundary: Boundary,
): Promise<readonly ScoredChunk[]> {
  const { tenant, collectionIds = null, filter } = boundary;
  // What an approximate index misses depends on what lies outside, too.
  const closed = boundary.closed === true;
  const search = (documentIds: readonly string[] | null, count: number, exact: boolean) =>
    dense.search(tenant, { vector, limit: count, collectionIds, documentIds, exact });
  if (!hasDocumentFilter(boundary)) {
    const isLittle =
      !closed &&
      collectionIds !== null &&
      !dense.isSmall(tenant) &&
      keywords.countInside(boundary, EXACT_ROWS_MAX) < EXACT_ROWS_MAX;
    return search(null, limit, closed || isLittle);
  }
  if (filter?.documentIds === undefined) {
    const hits = await bestInside(
      limit,
      (count) => search(null, count, closed),
      (found) => keywords.inside(found, boundary),
    );
    if (hits !== null) return hits;
  }
  const documentIds = keywords.matching(null, boundary);
  return search(documentIds, limit, closed || documentIds.length < EXACT_ROWS_MAX);
}
