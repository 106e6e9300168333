/**
 * In the end, of all that the backup spoke of: what no chunk supports goes, and what is said of the rest is what some chunk
 * says. What was named or described by a document that did not come back gives way here.
 */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { idPages } from '../../stores/graph/id-pages.ts';
import { deriveAnew, namesOf, pruneNames, pruneUnsupported } from '../../stores/graph/statements/support.ts';
import type { Exclusive } from '../exclusive.ts';

const AT_ONCE = 500;

export async function settleKnowledge(
  { exclusive }: { readonly exclusive: Exclusive },
  staged: GraphStore,
  signal: AbortSignal,
): Promise<void> {
  const pages = { limit: AT_ONCE, signal };
  for await (const relationshipIds of idPages(staged, 'Relationship', pages))
    await exclusive(async ({ graph }) => {
      const { edges, relationships } = pruneUnsupported({ entityIds: [], relationshipIds });
      await graph.write([edges, relationships, ...deriveAnew({ entityIds: [], relationshipIds })]);
    });
  for await (const entityIds of idPages(staged, 'Entity', pages))
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
