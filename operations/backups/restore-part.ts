/** One tenant, or one collection, out of a larger set: its nodes, and no knowledge that it does not support itself. */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { deriveAnew, namesOf, pruneNames, pruneUnsupported } from '../../stores/graph/statements/support.ts';
import type { CarriedLabel, CarriedNode, Properties } from '../../stores/graph/statements/transfer.ts';
import { nodePages } from '../move/pages.ts';

export interface RestoredScope {
  readonly tenant: string;
  readonly collectionId?: string;
}

/** Of the whole installation: they belong to nobody alone. */
const OF_EVERYBODY: readonly CarriedLabel[] = ['IndexState', 'AuditSegment', 'AuditEntry'];
const OF_COLLECTION: readonly CarriedLabel[] = ['Document', 'Chunk', 'Job', 'Submission'];
/** Belong to the tenant; which of them the collection supports is known once its chunks are there. */
const KNOWLEDGE: readonly CarriedLabel[] = ['Entity', 'Name', 'Relationship'];

export function isRestored(
  only: RestoredScope | null,
  label: CarriedLabel,
  { id, tenant, collectionId }: Properties,
): boolean {
  if (only === null) return true;
  if (OF_EVERYBODY.includes(label) || tenant !== only.tenant) return false;
  if (only.collectionId === undefined || KNOWLEDGE.includes(label)) return true;
  if (label === 'Collection') return id === only.collectionId;
  return OF_COLLECTION.includes(label) && collectionId === only.collectionId;
}

/** Takes away what no chunk supports, as if the other collections had been deleted. */
export async function leaveUnsupported(graph: GraphStore, signal: AbortSignal): Promise<void> {
  for await (const nodes of nodePages(graph, 'Relationship', signal)) {
    const dependents = { entityIds: [], relationshipIds: idsOf(nodes) };
    const { edges, relationships } = pruneUnsupported(dependents);
    await graph.write([edges, relationships, ...deriveAnew(dependents)]);
  }
  for await (const nodes of nodePages(graph, 'Entity', signal)) {
    const dependents = { entityIds: idsOf(nodes), relationshipIds: [] };
    const names = await graph.read(namesOf(dependents.entityIds));
    const { links, entities } = pruneUnsupported(dependents);
    await graph.write([links, entities, ...deriveAnew(dependents), pruneNames(names)]);
  }
  for await (const nodes of nodePages(graph, 'Name', signal)) await graph.write([pruneNames(idsOf(nodes))]);
}

function idsOf(nodes: readonly CarriedNode[]): readonly string[] {
  return nodes.map(({ id }) => id);
}
