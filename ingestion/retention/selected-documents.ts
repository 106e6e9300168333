/** The documents of a selection, page by page. */

import { collectionId } from '../../model/ids.ts';
import { type DocumentSelection, isSelected } from '../../model/retention.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { type DocumentNode, documentsListed } from '../../stores/graph/statements/documents.ts';

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
  for (let after = ''; ; ) {
    signal?.throwIfAborted();
    const page = await graph.read(
      documentsListed({
        tenant,
        collectionId: selection.collection === null ? null : ofCollection(selection.collection),
        status: null,
        mediaTypes: null,
        updatedAfter: '',
        updatedBefore: before,
        after,
        limit: PAGE,
      }),
      signal === undefined ? {} : { signal },
    );
    const selected = page.filter((document) => isSelected(selection, document, ofCollection));
    if (selected.length > 0) yield selected;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
