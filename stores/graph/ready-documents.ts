/** Every document that has been indexed, of every tenant, page by page in the order of ids. */

import type { GraphStore } from './graph-store.ts';
import { createIdCursor } from './id-cursor.ts';
import { type DocumentNode, documentsReady } from './statements/documents.ts';

export interface DocumentPages {
  /** Id of the document that comes before the first; empty for all. */
  readonly after?: string;
  readonly limit: number;
  readonly signal?: AbortSignal;
}

export async function* readyDocuments(
  graph: Pick<GraphStore, 'read'>,
  { after = '', limit, signal }: DocumentPages,
): AsyncGenerator<readonly DocumentNode[]> {
  const cursor = createIdCursor(graph, 'Document');
  const options = signal === undefined ? {} : { signal };
  for (let last: string | undefined = after; last !== undefined; ) {
    const ids: readonly string[] = await cursor.behind(last, limit, options);
    const documents = ids.length === 0 ? [] : await graph.read(documentsReady(ids), options);
    if (documents.length > 0) yield documents;
    last = ids.at(-1);
  }
}
