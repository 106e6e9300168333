/** After a restore: what was erased since the backup is erased again, so that nobody comes back. */

import type { Erasure, HoldsThere } from '../../model/retention.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import {
  documentsMentioning,
  entitiesOfNames,
  erasuresOfAll,
  putErasure,
} from '../../stores/graph/statements/retention.ts';
import { type DeleteTools, deleteChosen } from '../delete.ts';
import { type AgainReach, dropArchivesAgain } from './archives-again.ts';
import { documentsByMetadata } from './erased-by-metadata.ts';
import { batches } from './erasure-reach.ts';
import { cameAfter } from './erasure-takes.ts';
import { heldAmong } from './holds.ts';

const PAGE = 100;
/** More than anybody has documents about them. */
const DOCUMENTS_MAX = 1_000_000;

/** Ids of documents. */
export interface ErasedAgain {
  /** Those that were there. */
  readonly erased: readonly string[];
  /** Those that a legal hold keeps, archived or not. */
  readonly held: readonly string[];
}

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

/** Archives first, as it was done then, and the notes last: where they are, nothing is left to do. */
export async function eraseAgain(
  tools: DeleteTools,
  erasures: readonly Erasure[],
  holds: HoldsThere,
): Promise<ErasedAgain> {
  const { graph } = tools;
  const theirs = await documentsByMetadata(graph, erasures);
  const reached: AgainReach[] = [];
  for (const erasure of erasures) {
    const about = await documentsAbout(graph, erasure);
    const ids = new Set([...erasure.documentIds, ...about, ...(theirs.get(erasure.id) ?? [])]);
    reached.push({ erasure, ids });
  }
  const held = new Set(await dropArchivesAgain(graph, reached, holds));
  const erased: string[] = [];
  for (const reach of reached) {
    const { documentIds, kept } = await deleteAgain(tools, reach, holds);
    erased.push(...documentIds);
    for (const id of kept) held.add(id);
  }
  for (const erasure of erasures) await graph.write([putErasure(erasure)]);
  return { erased, held: [...held] };
}

async function deleteAgain(
  tools: DeleteTools,
  { erasure: { tenant, at }, ids }: AgainReach,
  holds: HoldsThere,
): Promise<{ readonly documentIds: readonly string[]; readonly kept: readonly string[] }> {
  const documentIds: string[] = [];
  const kept: string[] = [];
  for (const some of batches([...ids])) {
    const deletion = await deleteChosen(tools, tenant, {
      ids: some,
      choose: async (documents, graph) => {
        const theirs = documents.filter((one) => !cameAfter(one, at));
        const held = holds === 'RELEASED' ? new Map() : await heldAmong(graph, tenant, theirs);
        kept.push(...held.keys());
        return theirs.filter(({ id }) => !held.has(id));
      },
      beside: () => [],
    });
    documentIds.push(...deletion.documentIds);
  }
  return { documentIds, kept };
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
