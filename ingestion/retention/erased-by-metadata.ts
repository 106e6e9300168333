/**
 * Documents that an erasure asked for by their metadata and that are not in its list: they had been deleted by then, or had
 * another id than in the backup, as those without a caller's key get under a privacy policy.
 */

import { marksOf, wasSelected } from '../../model/erased-selection.ts';
import type { ErasedSelection, Erasure } from '../../model/retention.ts';
import { documentPages } from '../../stores/graph/document-pages.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { DocumentNode } from '../../stores/graph/statements/documents.ts';
import { cameAfter } from './erasure-takes.ts';

const PAGE = 200;

/** Documents, and what archives tell of them. */
type Selectable = Pick<DocumentNode, 'collectionId' | 'metadata' | 'createdAt'>;

/** Gives the ids of the erasures that take a document in. */
export type ErasuresOf = (document: Selectable) => readonly string[];

interface Wanted extends Pick<Erasure, 'id' | 'at'> {
  readonly selection: ErasedSelection;
}

/** Of one tenant. */
export function erasuresByMetadata(tenant: string, erasures: readonly Erasure[]): ErasuresOf {
  const wanted = erasures.flatMap(({ id, at, selection }): readonly Wanted[] =>
    selection === null ? [] : [{ id, at, selection }],
  );
  if (wanted.length === 0) return () => [];
  const byMark = new Map<string, Set<Wanted>>();
  for (const one of wanted)
    for (const mark of one.selection.conditions[0] ?? [])
      byMark.set(mark, (byMark.get(mark) ?? new Set()).add(one));
  return ({ collectionId, metadata, createdAt }) => {
    const marks = marksOf(tenant, metadata);
    const possible = new Set([...marks].flatMap((mark) => [...(byMark.get(mark) ?? [])]));
    return [...possible]
      .filter(
        ({ selection, at }) =>
          wasSelected(selection, { collectionId, marks }) && !cameAfter({ createdAt }, at),
      )
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
