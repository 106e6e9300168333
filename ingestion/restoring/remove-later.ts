/** What came after the backup goes, where the restore is to replace: never what is held, nor what came after it was asked for. */

import type { PartScope } from '../../model/restore.ts';
import { documentPages } from '../../stores/graph/document-pages.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { documentsSubmittedSince } from '../../stores/graph/statements/restores.ts';
import { type DeleteTools, deleteUnheld } from '../delete.ts';

const DOCUMENTS_AT_ONCE = 200;

/** Page by page, how many went and how many are held. */
export async function* removeLater(
  tools: DeleteTools,
  staged: GraphStore,
  {
    scope,
    askedAt,
    inBackup,
  }: {
    readonly scope: PartScope;
    readonly askedAt: string;
    /** Ids of documents of the backup beside those that are staged. */
    readonly inBackup: ReadonlySet<string>;
  },
  signal: AbortSignal,
): AsyncGenerator<{ readonly removed: number; readonly held: number }> {
  const { tenant } = scope;
  const only = scope.kind === 'COLLECTION' ? scope.collectionId : null;
  const wanted = { tenant, collectionId: only, limit: DOCUMENTS_AT_ONCE, signal };
  for await (const page of documentPages(tools.graph, wanted)) {
    const ids = page.filter(({ updatedAt }) => updatedAt < askedAt).map(({ id }) => id);
    if (ids.length === 0) continue;
    const [isStaged, newer] = [
      new Set((await staged.read(documentsByIds(tenant, ids))).map(({ id }) => id)),
      new Set(await tools.graph.read(documentsSubmittedSince(ids, askedAt))),
    ];
    const later = ids.filter((id) => !isStaged.has(id) && !inBackup.has(id) && !newer.has(id));
    if (later.length === 0) continue;
    const { documentIds } = await deleteUnheld(tools, tenant, { ids: later, unchangedSince: askedAt });
    const there = await tools.graph.read(documentsByIds(tenant, later));
    const held = there.filter(({ updatedAt }) => updatedAt < askedAt).length;
    yield { removed: documentIds.length, held };
  }
}
