/**
 * The documents of a tenant or a collection, page by page in the order of their ids, for whoever goes through all of them.
 * Listing them page by page looks at all of them for every page on an engine whose index knows no order: here they are
 * looked at once for many ids, and each page is read by its ids.
 */

import type { GraphStore } from './graph-store.ts';
import { createCursor, type IdCursor } from './id-cursor.ts';
import { type DocumentNode, documentIdsListed, documentsByIds } from './statements/documents.ts';

export interface DocumentPagesWanted {
  readonly tenant: string;
  /** Null for every collection of the tenant. */
  readonly collectionId: string | null;
  /** Id that comes before the first; empty for all. */
  readonly after?: string;
  readonly limit: number;
  /** Ids that are held at once; what comes or goes since they were read is not, or is not any more, among the documents. */
  readonly idsHeld?: number;
  readonly signal?: AbortSignal | undefined;
}

/** No page is empty. */
export async function* documentPages(
  graph: Pick<GraphStore, 'read'>,
  { tenant, collectionId, after = '', limit, idsHeld, signal }: DocumentPagesWanted,
): AsyncGenerator<readonly DocumentNode[]> {
  const cursor = documentCursor(graph, { tenant, collectionId }, idsHeld);
  const options = signal === undefined ? {} : { signal };
  for (let last: string | undefined = after; last !== undefined; ) {
    signal?.throwIfAborted();
    const ids: readonly string[] = await cursor.behind(last, limit, options);
    const documents = await documentsInOrder(graph, tenant, ids);
    if (documents.length > 0) yield documents;
    last = ids.at(-1);
  }
}

/** For whoever goes on another time: cheap where the same cursor is asked again. */
export function documentCursor(
  graph: Pick<GraphStore, 'read'>,
  scope: Pick<DocumentPagesWanted, 'tenant' | 'collectionId'>,
  idsHeld?: number,
): IdCursor {
  return createCursor(graph, (after, limit) => documentIdsListed({ ...scope, after, limit }), idsHeld);
}

export async function documentsInOrder(
  graph: Pick<GraphStore, 'read'>,
  tenant: string,
  ids: readonly string[],
): Promise<readonly DocumentNode[]> {
  if (ids.length === 0) return [];
  const byId = new Map((await graph.read(documentsByIds(tenant, ids))).map((one) => [one.id, one]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
