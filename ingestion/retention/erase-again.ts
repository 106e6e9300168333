/** After a restore: what was erased since the backup is erased again, so that nobody comes back. */

import { ARCHIVE_STATES, type ArchivedDocument } from '../../model/archive.ts';
import type { Erasure } from '../../model/retention.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import {
  archivesListed,
  beginDeletingArchives,
  dropArchivesOf,
} from '../../stores/graph/statements/archives.ts';
import {
  documentsMentioning,
  entitiesOfNames,
  erasuresOfAll,
  putErasure,
} from '../../stores/graph/statements/retention.ts';
import { type DeleteTools, deleteHeldToo } from '../delete.ts';
import { documentsByMetadata, erasuresByMetadata } from './erased-by-metadata.ts';
import { batches } from './erasure-reach.ts';

const PAGE = 100;
/** More than anybody has documents about them. */
const DOCUMENTS_MAX = 1_000_000;

/** Those of an installation that were made after `since` (RFC 3339), of every tenant. */
export async function erasuresSince(graph: GraphStore, since: string): Promise<readonly Erasure[]> {
  const found: Erasure[] = [];
  for (let after = ''; ; ) {
    const page = await graph.read(erasuresOfAll(after, PAGE));
    found.push(...page.filter(({ at }) => at > since));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return found;
    after = last.id;
  }
}

/** Gives how many documents were there. Holds of that time do not count: they were released before the erasure. */
export async function eraseAgain(tools: DeleteTools, erasures: readonly Erasure[]): Promise<number> {
  let erased = 0;
  const theirs = await documentsByMetadata(tools.graph, erasures);
  for (const erasure of erasures) {
    const ids = new Set([
      ...erasure.documentIds,
      ...(await documentsAbout(tools.graph, erasure)),
      ...(theirs.get(erasure.id) ?? []),
    ]);
    for (const some of batches([...ids]))
      erased += (await deleteHeldToo(tools, erasure.tenant, some)).documentIds.length;
    await tools.graph.write([putErasure(erasure), dropArchivesOf([...ids], ARCHIVE_STATES)]);
    await dropArchivesAbout(tools.graph, erasure);
  }
  return erased;
}

/**
 * Ids of the documents that name whom an erasure was for: those that it did not find, because they had been deleted by
 * then, and that a backup still has.
 */
export async function documentsAbout(
  graph: GraphStore,
  { tenant, subjects }: Pick<Erasure, 'tenant' | 'subjects'>,
): Promise<readonly string[]> {
  if (subjects.length === 0) return [];
  const entityIds = new Set([...subjects, ...(await graph.read(entitiesOfNames(subjects)))]);
  return graph.read(documentsMentioning(tenant, [...entityIds], DOCUMENTS_MAX));
}

/** Archives that speak of them, or are theirs; whoever keeps archives removes what lies in the target. */
async function dropArchivesAbout(graph: GraphStore, erasure: Erasure): Promise<void> {
  const { tenant, subjects, selection } = erasure;
  if (subjects.length === 0 && selection === null) return;
  const wanted = new Set(subjects);
  const erasuresOf = erasuresByMetadata(tenant, [erasure]);
  const isAbout = (archive: ArchivedDocument) =>
    archive.speaksOf.some((id) => wanted.has(id)) || erasuresOf(archive).length > 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const listing = { tenant, collectionId: null, states: ARCHIVE_STATES, after, limit: PAGE };
    const page: readonly ArchivedDocument[] = await graph.read(archivesListed(listing));
    const ids = page.filter(isAbout).map(({ id }) => id);
    if (ids.length > 0) await graph.write([beginDeletingArchives(ids)]);
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  }
}
