/** What the index that answers holds, against the graph: what the graph does not know goes. */

import type { Fault } from '../../model/consistency.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { chunksExisting } from '../../stores/graph/statements/consistency.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { countLateRemovals, removalsPending } from '../../stores/graph/statements/removals.ts';
import { submissionsOfDocuments } from '../../stores/graph/statements/submissions.ts';
import type { HeldEntry } from '../../stores/vectors/index-faults.ts';
import { type CheckPage, type CheckTools, idsOf } from './page.ts';

/** Entries of one page. */
const ENTRIES_AT_ONCE = 1_000;

export async function* indexPages(
  tools: CheckTools,
  tenant: string,
): AsyncGenerator<{ readonly page: CheckPage; readonly looked: number }> {
  for (let after: string | null = null; ; ) {
    const place = { after, limit: ENTRIES_AT_ONCE };
    const { entries, next } = await tools.vectors.held(tenant, place);
    yield { page: pageOf(tools, tenant, place), looked: entries.length };
    if (next === null) return;
    after = next;
  }
}

function pageOf(
  tools: CheckTools,
  tenant: string,
  place: { readonly after: string | null; readonly limit: number },
): CheckPage {
  const faults: CheckPage['faults'] = async (graph, suspected) => {
    const wanted = suspected === null ? null : new Set(suspected.map(({ id }) => id));
    const { entries } = await tools.vectors.held(tenant, place);
    return unknown(
      graph,
      tenant,
      entries.filter(({ id }) => wanted === null || wanted.has(id)),
    );
  };
  return {
    faults,
    mend: (found) =>
      tools.exclusive(async ({ graph }) => {
        const still = await faults(graph, found);
        const of = (kind: HeldEntry['of']) => still.filter((fault) => fault.of === kind);
        const change = {
          tenant,
          removeChunkIds: idsOf(of('CHUNK'), 'ENTRY_UNKNOWN'),
          removeDocumentIds: idsOf(of('DOCUMENT'), 'ENTRY_UNKNOWN'),
          removeStrayIds: idsOf(still, 'ENTRY_STRAY'),
          anew: true,
        };
        // Whoever has put some of it ahead meanwhile puts it again.
        await graph.write([countLateRemovals()]);
        await tools.vectors.apply([change]);
      }),
  };
}

/** What is on its way into the graph is asked for first: what is not any more has come there by then. */
async function unknown(
  graph: GraphStore,
  tenant: string,
  entries: readonly HeldEntry[],
): Promise<readonly Fault[]> {
  const documentIds = [...new Set(entries.map(({ documentId }) => documentId))].filter((id) => id !== '');
  const onTheirWay = new Set(
    (await graph.read(submissionsOfDocuments(documentIds))).map(({ documentId }) => documentId),
  );
  const ids = (of: HeldEntry['of']) => entries.filter((entry) => entry.of === of).map(({ id }) => id);
  const known = new Set([
    ...(await graph.read(chunksExisting(tenant, ids('CHUNK')))),
    ...(await graph.read(documentsByIds(tenant, ids('DOCUMENT')))).map(({ id }) => id),
  ]);
  const unknownEntries = entries.filter(
    ({ of, id, documentId }) => of === 'STRAY' || !(known.has(id) || onTheirWay.has(documentId)),
  );
  const onTheirWayOut = await removalsOfEntries(graph, tenant, unknownEntries);
  return unknownEntries
    .filter(({ id }) => !onTheirWayOut.has(id))
    .map(({ of, id }) => ({ kind: of === 'STRAY' ? 'ENTRY_STRAY' : 'ENTRY_UNKNOWN', tenant, id, of }));
}

async function removalsOfEntries(
  graph: GraphStore,
  tenant: string,
  entries: readonly HeldEntry[],
): Promise<ReadonlySet<string>> {
  const removals = entries.flatMap(({ of, id }) =>
    of === 'STRAY' ? [] : [{ tenant, kind: of, target: id }],
  );
  return new Set(removals.length === 0 ? [] : await graph.read(removalsPending(removals)));
}
