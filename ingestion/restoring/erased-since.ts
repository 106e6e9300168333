/** Which documents of a backup were erased since: asked once more where nobody else erases, before they are written. */

import { decidedFrom } from '../../model/restore.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { documentsAbout, erasuresSince } from '../retention/erase-again.ts';
import { erasuresByMetadata } from '../retention/erased-by-metadata.ts';
import { takenById } from '../retention/erasure-takes.ts';
import type { Asked } from './write-restored.ts';

/** Gives the ids; `graph` is of what runs. */
export async function erasedSince(
  { graph, staged }: { readonly graph: GraphStore; readonly staged: GraphStore },
  { tenant, cutAt }: { readonly tenant: string; readonly cutAt: string },
  asked: readonly Asked[],
): Promise<ReadonlySet<string>> {
  const all = await erasuresSince(graph, decidedFrom(cutAt));
  const erasures = all.filter((erasure) => erasure.tenant === tenant);
  const reached = await Promise.all(
    erasures.map(async (erasure) => ({
      at: erasure.at,
      ids: [...erasure.documentIds, ...(await documentsAbout(staged, erasure))],
    })),
  );
  const isTaken = takenById(reached);
  const erasuresOf = erasuresByMetadata(tenant, erasures);
  const taken = asked.filter(({ id, document }) => isTaken(id, document) || erasuresOf(document).length > 0);
  return new Set(taken.map(({ id }) => id));
}
