/**
 * Documents that an erasure asked for by their metadata and that are not in its list: they had been deleted by then, or had
 * another id than in the backup, as those without a caller's key get under a privacy policy.
 */

import { marksOf, wasSelected } from '../../model/erased-selection.ts';
import type { ErasedSelection, Erasure } from '../../model/retention.ts';
import { documentPages } from '../../stores/graph/document-pages.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { DocumentNode } from '../../stores/graph/statements/documents.ts';

const PAGE = 200;

/** Documents, and what archives tell of them. */
type Selectable = Pick<DocumentNode, 'collectionId' | 'metadata'>;

/** Gives the ids of the erasures that take a document in. */
export type ErasuresOf = (document: Selectable) => readonly string[];

/** Of one tenant. */
export function erasuresByMetadata(tenant: string, erasures: readonly Erasure[]): ErasuresOf {
  const wanted = erasures.flatMap(({ id, selection }) => (selection === null ? [] : [{ id, selection }]));
  if (wanted.length === 0) return () => [];
  const byMark = new Map<string, Set<{ readonly id: string; readonly selection: ErasedSelection }>>();
  for (const one of wanted)
    for (const mark of one.selection.conditions[0] ?? [])
      byMark.set(mark, (byMark.get(mark) ?? new Set()).add(one));
  return ({ collectionId, metadata }) => {
    const marks = marksOf(tenant, metadata);
    const possible = new Set([...marks].flatMap((mark) => [...(byMark.get(mark) ?? [])]));
    return [...possible]
      .filter(({ selection }) => wasSelected(selection, { collectionId, marks }))
      .map(({ id }) => id);
  };
}

/** Ids of what is there of them, by the erasure's id. Looks at each document of the tenants once. */
export async function documentsByMetadata(
  graph: GraphStore,
  erasures: readonly Erasure[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const asked = erasures.filter(({ selection }) => selection !== null);
  for (const [tenant, some] of Map.groupBy(asked, (erasure) => erasure.tenant)) {
    const erasuresOf = erasuresByMetadata(tenant, some);
    for await (const page of documentPages(graph, { tenant, collectionId: null, limit: PAGE }))
      for (const document of page)
        for (const id of erasuresOf(document)) {
          const ids = found.get(id) ?? [];
          ids.push(document.id);
          found.set(id, ids);
        }
  }
  return found;
}
