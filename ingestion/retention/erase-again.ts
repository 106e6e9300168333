/** After a restore: what was erased since the backup is erased again, so that nobody comes back. */

import { ARCHIVE_STATES } from '../../model/archive.ts';
import type { Erasure } from '../../model/retention.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { dropArchivesOf } from '../../stores/graph/statements/archives.ts';
import { erasuresOfAll, putErasure } from '../../stores/graph/statements/retention.ts';
import { type DeleteTools, deleteHeldToo } from '../delete.ts';

const PAGE = 100;

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
  for (const erasure of erasures) {
    const { documentIds } = await deleteHeldToo(tools, erasure.tenant, erasure.documentIds);
    await tools.graph.write([putErasure(erasure), dropArchivesOf(erasure.documentIds, ARCHIVE_STATES)]);
    erased += documentIds.length;
  }
  return erased;
}
