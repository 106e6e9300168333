/** Every document that has been indexed, of every tenant, page by page in the order of ids. */

import type { GraphStore } from './graph-store.ts';
import { type IdPageOptions, idPages } from './id-pages.ts';
import { type DocumentNode, documentsReady } from './statements/documents.ts';

export async function* readyDocuments(
  graph: Pick<GraphStore, 'read'>,
  pages: IdPageOptions,
): AsyncGenerator<readonly DocumentNode[]> {
  const options = pages.signal === undefined ? {} : { signal: pages.signal };
  for await (const ids of idPages(graph, 'Document', pages)) {
    const documents = await graph.read(documentsReady(ids), options);
    if (documents.length > 0) yield documents;
  }
}
