/** What came after the backup goes, where the restore is to replace: never what is held, nor what came after it was asked for. */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { documentsByIds, documentsListed } from '../../stores/graph/statements/documents.ts';
import { documentsSubmittedSince } from '../../stores/graph/statements/restores.ts';
import { type DeleteTools, deleteUnheld } from '../delete.ts';
import type { PartScope } from './part-restores.ts';

const DOCUMENTS_AT_ONCE = 200;

export async function removeLater(
  tools: DeleteTools,
  staged: GraphStore,
  { scope, askedAt }: { readonly scope: PartScope; readonly askedAt: string },
  signal: AbortSignal,
): Promise<{ readonly removed: number; readonly held: number }> {
  const { tenant } = scope;
  let [removed, held, after] = [0, 0, ''];
  for (;;) {
    signal.throwIfAborted();
    const page = await tools.graph.read(
      documentsListed({
        ...{ tenant, after, status: null, mediaTypes: null, updatedAfter: '', updatedBefore: askedAt },
        collectionId: scope.kind === 'COLLECTION' ? scope.collectionId : null,
        limit: DOCUMENTS_AT_ONCE,
      }),
    );
    const last = page.at(-1);
    if (last === undefined) return { removed, held };
    after = last.id;
    const ids = page.map(({ id }) => id);
    const [inBackup, newer] = [
      new Set((await staged.read(documentsByIds(tenant, ids))).map(({ id }) => id)),
      new Set(await tools.graph.read(documentsSubmittedSince(ids, askedAt))),
    ];
    const later = ids.filter((id) => !inBackup.has(id) && !newer.has(id));
    if (later.length === 0) continue;
    const { documentIds } = await deleteUnheld(tools, tenant, { ids: later, unchangedSince: askedAt });
    removed += documentIds.length;
    const there = await tools.graph.read(documentsByIds(tenant, later));
    held += there.filter(({ updatedAt }) => updatedAt < askedAt).length;
  }
}
