/**
 * In the end, of all that the backup spoke of: what no chunk supports goes, and what is said of the rest is what some chunk
 * says. What was named or described by a document that did not come back gives way here.
 */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { deriveAnew, namesOf, pruneNames, pruneUnsupported } from '../../stores/graph/statements/support.ts';
import { type CarriedLabel, idsAfter } from '../../stores/graph/statements/transfer.ts';
import type { Exclusive } from '../exclusive.ts';

const AT_ONCE = 500;

export async function settleKnowledge(
  { exclusive }: { readonly exclusive: Exclusive },
  staged: GraphStore,
  signal: AbortSignal,
): Promise<void> {
  for await (const relationshipIds of pages(staged, 'Relationship', signal))
    await exclusive(async ({ graph }) => {
      const { edges, relationships } = pruneUnsupported({ entityIds: [], relationshipIds });
      await graph.write([edges, relationships, ...deriveAnew({ entityIds: [], relationshipIds })]);
    });
  for await (const entityIds of pages(staged, 'Entity', signal))
    await exclusive(async ({ graph }) => {
      const names = await graph.read(namesOf(entityIds));
      const { links, entities } = pruneUnsupported({ entityIds, relationshipIds: [] });
      await graph.write([
        links,
        entities,
        ...deriveAnew({ entityIds, relationshipIds: [] }),
        pruneNames(names),
      ]);
    });
}

async function* pages(
  graph: GraphStore,
  label: CarriedLabel,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    signal.throwIfAborted();
    const ids = await graph.read(idsAfter(label, after, AT_ONCE));
    if (ids.length > 0) yield ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < AT_ONCE) return;
    after = last;
  }
}
