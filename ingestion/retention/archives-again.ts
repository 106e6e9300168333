/** Archives of what is erased again after a restore; whoever keeps archives removes what lies in the target. */

import { ARCHIVE_STATES, type ArchivedDocument } from '../../model/archive.ts';
import type { Erasure, HoldsThere } from '../../model/retention.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { archivesListed, beginDeletingArchives } from '../../stores/graph/statements/archives.ts';
import { erasuresByMetadata } from './erased-by-metadata.ts';
import { takenById } from './erasure-takes.ts';
import { heldAmong } from './holds.ts';

const PAGE = 100;

/** An erasure, and the documents that it reaches. */
export interface AgainReach {
  readonly erasure: Erasure;
  readonly ids: ReadonlySet<string>;
}

/** Looks at each archive of the tenants once. Gives the ids of the documents whose archives a hold keeps. */
export async function dropArchivesAgain(
  graph: GraphStore,
  reached: readonly AgainReach[],
  holds: HoldsThere,
): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const [tenant, theirs] of Map.groupBy(reached, ({ erasure }) => erasure.tenant)) {
    const isTaken = takenIn(tenant, theirs);
    for (let after: string | undefined = ''; after !== undefined; ) {
      const listing = { tenant, collectionId: null, states: ARCHIVE_STATES, after, limit: PAGE };
      const page: readonly ArchivedDocument[] = await graph.read(archivesListed(listing));
      const taken = page.filter(isTaken);
      const held = holds === 'RELEASED' ? new Map() : await heldAmong(graph, tenant, taken);
      kept.push(...taken.filter(({ id }) => held.has(id)).map(({ documentId }) => documentId));
      const ids = taken.map(({ id }) => id).filter((id) => !held.has(id));
      if (ids.length > 0) await graph.write([beginDeletingArchives(ids)]);
      after = page.length < PAGE ? undefined : page.at(-1)?.id;
    }
  }
  return kept;
}

/** Those of the documents, those that speak of whom it was for, and those that are theirs by their metadata. */
function takenIn(tenant: string, theirs: readonly AgainReach[]): (archive: ArchivedDocument) => boolean {
  const erasures = theirs.map(({ erasure }) => erasure);
  const isDocument = takenById(theirs.map(({ erasure: { at }, ids }) => ({ at, ids })));
  const isSubject = takenById(erasures.map(({ at, subjects }) => ({ at, ids: subjects })));
  const erasuresOf = erasuresByMetadata(tenant, erasures);
  return (archive) =>
    isDocument(archive.documentId, archive) ||
    archive.speaksOf.some((id) => isSubject(id, archive)) ||
    erasuresOf(archive).length > 0;
}
