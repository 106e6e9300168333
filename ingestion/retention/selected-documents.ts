/** The documents of a selection, page by page. */

import { collectionId } from '../../model/ids.ts';
import { type DocumentSelection, isSelected } from '../../model/retention.ts';
import { documentPages } from '../../stores/graph/document-pages.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { DocumentNode } from '../../stores/graph/statements/documents.ts';

const PAGE = 500;

/** Those that were last changed before `before` (RFC 3339); of any age where that is null. */
export async function* selectedDocuments(
  graph: GraphStore,
  {
    tenant,
    selection,
    before,
  }: {
    readonly tenant: string;
    readonly selection: DocumentSelection;
    readonly before: string | null;
  },
  signal?: AbortSignal,
): AsyncGenerator<readonly DocumentNode[]> {
  const ofCollection = (name: string) => collectionId(tenant, name);
  const only = selection.collection === null ? null : ofCollection(selection.collection);
  for await (const page of documentPages(graph, { tenant, collectionId: only, limit: PAGE, signal })) {
    const selected = page.filter(
      (document) =>
        (before === null || document.updatedAt < before) && isSelected(selection, document, ofCollection),
    );
    if (selected.length > 0) yield selected;
  }
}
