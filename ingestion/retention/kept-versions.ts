/** A document under a legal hold keeps the version that it has: what would replace it is refused, and can be sent again. */

import type { LegalHold } from '../../model/retention.ts';
import { Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { type DocumentNode, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { heldAmong } from './holds.ts';

/** A version on its way, of a document by its id. */
interface ComingVersion {
  readonly documentId: string;
  readonly versionHash: string;
}

/** Holds that keep the present versions from being replaced by what is coming, by document. */
export async function holdsAgainst(
  graph: GraphStore,
  tenant: string,
  coming: readonly ComingVersion[],
  stored: readonly DocumentNode[],
): Promise<ReadonlyMap<string, LegalHold>> {
  const present = new Map(stored.map(({ id, versionHash }) => [id, versionHash]));
  const replaced = new Set(
    coming
      .filter(({ documentId, versionHash }) => (present.get(documentId) ?? versionHash) !== versionHash)
      .map(({ documentId }) => documentId),
  );
  return heldAmong(
    graph,
    tenant,
    stored.filter(({ id }) => replaced.has(id)),
  );
}

/** The same, where the documents are not read yet. */
export async function holdsAgainstVersions(
  graph: GraphStore,
  tenant: string,
  coming: readonly ComingVersion[],
): Promise<ReadonlyMap<string, LegalHold>> {
  if (coming.length === 0) return new Map();
  const ids = coming.map(({ documentId }) => documentId);
  return holdsAgainst(graph, tenant, coming, await graph.read(documentsByIds(tenant, ids)));
}

/** Why submissions cannot be done, for those that a hold keeps out. */
export function refusedByHolds(
  submissions: readonly (ComingVersion & { readonly id: string })[],
  holds: ReadonlyMap<string, LegalHold>,
) {
  return submissions.flatMap(({ id, documentId }) => {
    const hold = holds.get(documentId);
    if (hold === undefined) return [];
    const { code, message } = mayNotReplace(documentId, hold);
    return [{ id, documentId, step: 'WRITE' as const, code, message }];
  });
}

export function mayNotReplace(documentId: string, { name }: Pick<LegalHold, 'name'>): Problem {
  return new Problem(
    'CONFLICT',
    `The document ${documentId} is under the legal hold "${name}", so the version that is there stays. Send the new one under another key, or again once the hold is released.`,
  );
}
