/** The graph against itself, label by label: what is there twice, hangs on nothing, or is told and cannot be walked. */

import type { Fault, FaultKind } from '../../model/consistency.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import { idPages } from '../../stores/graph/id-pages.ts';
import { deleteChunks } from '../../stores/graph/statements/chunks.ts';
import {
  chunksWithoutDocument,
  dropEdges,
  dropRelationships,
  edgesOfEntities,
  entitiesWithoutMention,
  IDENTIFIED_LABELS,
  type IdentifiedLabel,
  idsHeldTwice,
  keepOneOf,
  namesWithoutEntity,
  relationshipsTold,
  relationshipsWithoutEvidence,
  type ToldRelationship,
  type UnsoundNode,
} from '../../stores/graph/statements/consistency.ts';
import { putRelationships } from '../../stores/graph/statements/knowledge.ts';
import { putRemovals } from '../../stores/graph/statements/removals.ts';
import {
  deriveAnew,
  namesOf,
  pruneNames,
  pruneUnsupported,
  unsay,
} from '../../stores/graph/statements/support.ts';
import type { Alone } from '../exclusive.ts';
import { removalsOf, settleRemovals } from '../removals.ts';
import { pruneStatements } from '../steps/version-statements.ts';
import { type CheckPage, type CheckTools, idsOf } from './page.ts';

/** Nodes of one page. */
const NODES_AT_ONCE = 500;

/** Chunks first: what hung on one that goes is found unsupported behind it. */
const IN_ORDER: readonly IdentifiedLabel[] = IDENTIFIED_LABELS;

export async function* graphPages(
  tools: CheckTools,
): AsyncGenerator<{ readonly page: CheckPage; readonly looked: number }> {
  for (const label of IN_ORDER) {
    for await (const page of idPages(tools.graph, label, { limit: NODES_AT_ONCE })) {
      const ids = [...new Set(page)];
      yield { page: pageOf(tools, label, ids), looked: ids.length };
    }
  }
}

function pageOf(tools: CheckTools, label: IdentifiedLabel, all: readonly string[]): CheckPage {
  const faults: CheckPage['faults'] = async (graph) => {
    const [twice, ofLabel] = await Promise.all([
      graph.read(idsHeldTwice(label, all)).then(as('NODE_TWICE')),
      faultsOfLabel(graph, label, all),
    ]);
    // What is there twice is made one first; the rest is seen clearly after that.
    const ids = new Set(twice.map(({ id }) => id));
    return [...twice, ...ofLabel.filter(({ id }) => !ids.has(id))];
  };
  return {
    faults,
    mend: async (asked) => {
      await mendWhere(tools, faults, asked, (alone, found) => mendTwice(alone, label, found));
      await mendWhere(tools, faults, asked, (alone, found) => mendLabel(tools, alone, found));
    },
  };
}

/** What is still wrong of what was asked for: a page may hold faults of other tenants as well. */
async function mendWhere(
  { exclusive }: CheckTools,
  faults: CheckPage['faults'],
  asked: readonly Fault[],
  mend: (alone: Alone, found: readonly Fault[]) => Promise<void>,
): Promise<void> {
  await exclusive(async (alone) => {
    const ids = new Set(asked.map(({ id }) => id));
    const tenants = new Set(asked.map(({ tenant }) => tenant));
    const still = await faults(alone.graph, null);
    const found = still.filter(({ id, tenant }) => ids.has(id) && tenants.has(tenant));
    if (found.length > 0) await mend(alone, found);
  });
}

function as(kind: FaultKind) {
  return (nodes: readonly UnsoundNode[]): readonly Fault[] => {
    const byId = new Map(nodes.map(({ id, tenant }) => [id, { kind, tenant, id, of: '' }]));
    return [...byId.values()];
  };
}

async function faultsOfLabel(
  graph: GraphStore,
  label: IdentifiedLabel,
  ids: readonly string[],
): Promise<readonly Fault[]> {
  switch (label) {
    case 'Collection':
    case 'Document':
      return [];
    case 'Chunk':
      return graph.read(chunksWithoutDocument(ids)).then(as('CHUNK_WITHOUT_DOCUMENT'));
    case 'Entity':
      return [
        ...(await graph.read(entitiesWithoutMention(ids)).then(as('ENTITY_UNSUPPORTED'))),
        ...(await edgeFaults(graph, ids)),
      ];
    case 'Name':
      return graph.read(namesWithoutEntity(ids)).then(as('NAME_UNUSED'));
    case 'Relationship':
      return relationshipFaults(graph, ids);
  }
}

/** Edges that start at these entities. */
async function edgeFaults(graph: GraphStore, entityIds: readonly string[]): Promise<readonly Fault[]> {
  const edges = await graph.read(edgesOfEntities(entityIds));
  const told = new Map(
    (await graph.read(relationshipsTold([...new Set(edges.map(({ id }) => id))]))).map((node) => [
      node.id,
      node,
    ]),
  );
  const seen = new Set<string>();
  const faults = new Map<string, Fault>();
  for (const { id, tenant, sourceId, targetId } of edges) {
    const relationship = told.get(id);
    const isRight = relationship?.sourceId === sourceId && relationship.targetId === targetId;
    const kind: FaultKind | null = !isRight ? 'EDGE_STRAY' : seen.has(id) ? 'EDGE_TWICE' : null;
    seen.add(id);
    if (kind !== null) faults.set(`${kind} ${id} ${sourceId}`, { kind, tenant, id, of: sourceId });
  }
  return [...faults.values()];
}

async function relationshipFaults(graph: GraphStore, ids: readonly string[]): Promise<readonly Fault[]> {
  const [unsupported, told] = await Promise.all([
    graph.read(relationshipsWithoutEvidence(ids)).then(as('RELATIONSHIP_UNSUPPORTED')),
    graph.read(relationshipsTold(ids)),
  ]);
  const gone = new Set(unsupported.map(({ id }) => id));
  const missing = (await withoutEdge(graph, told)).filter(({ id }) => !gone.has(id));
  return [...unsupported, ...as('EDGE_MISSING')(missing)];
}

async function withoutEdge(
  graph: GraphStore,
  told: readonly ToldRelationship[],
): Promise<readonly ToldRelationship[]> {
  const sources = [...new Set(told.map(({ sourceId }) => sourceId))];
  const walked = new Set((await graph.read(edgesOfEntities(sources))).map(({ id }) => id));
  return told.filter(({ id }) => !walked.has(id));
}

async function mendTwice({ graph }: Alone, label: IdentifiedLabel, found: readonly Fault[]): Promise<void> {
  const ids = idsOf(found, 'NODE_TWICE');
  if (ids.length > 0) await graph.write([keepOneOf(label, ids)]);
}

async function mendLabel(tools: CheckTools, alone: Alone, found: readonly Fault[]): Promise<void> {
  await mendChunks(tools, alone, found);
  await mendEdges(alone, found);
  await prune(alone, found);
}

/** As a deletion would have it. */
async function mendChunks(tools: CheckTools, alone: Alone, found: readonly Fault[]): Promise<void> {
  const orphans = found.filter(({ kind }) => kind === 'CHUNK_WITHOUT_DOCUMENT');
  for (const [tenant, ofTenant] of Map.groupBy(orphans, (fault) => fault.tenant)) {
    const ids = ofTenant.map(({ id }) => id);
    const removals = removalsOf(tenant, { CHUNK: ids, DOCUMENT: [], CONTENT: [] });
    const pruned = await pruneStatements(alone.graph, ids);
    await alone.graph.write([...unsay(ids), ...pruned, deleteChunks(ids), putRemovals(removals)]);
    await settleRemovals({ ...tools, ...alone }, removals);
  }
}

/** Edges are made anew from what is told; a relationship whose ends are not both there goes. */
async function mendEdges({ graph }: Alone, found: readonly Fault[]): Promise<void> {
  const wrong = found.filter(({ kind }) => kind === 'EDGE_STRAY' || kind === 'EDGE_TWICE');
  const ids = [...new Set([...wrong.map(({ id }) => id), ...idsOf(found, 'EDGE_MISSING')])];
  if (ids.length === 0) return;
  const told = await graph.read(relationshipsTold(ids));
  await graph.write([
    dropEdges(wrong.map(({ id, of: sourceId }) => ({ id, sourceId }))),
    ...[...Map.groupBy(told, ({ tenant }) => tenant)].flatMap(([tenant, nodes]) =>
      putRelationships(tenant, nodes.map(toDraft)),
    ),
  ]);
  const without = await withoutEdge(graph, told);
  if (without.length > 0) await graph.write([dropRelationships(without.map(({ id }) => id))]);
}

/** Only what is missing is written: the node is there and stays as it is. */
function toDraft({ id, sourceId, targetId, type }: ToldRelationship) {
  return { id, sourceId, targetId, type, description: null };
}

async function prune({ graph }: Alone, found: readonly Fault[]): Promise<void> {
  const entityIds = idsOf(found, 'ENTITY_UNSUPPORTED');
  const relationshipIds = idsOf(found, 'RELATIONSHIP_UNSUPPORTED');
  const names = [...idsOf(found, 'NAME_UNUSED'), ...(await graph.read(namesOf(entityIds)))];
  if (entityIds.length + relationshipIds.length + names.length === 0) return;
  const { edges, relationships, links, entities } = pruneUnsupported({ entityIds, relationshipIds });
  const statements: readonly Statement<unknown>[] = [
    edges,
    relationships,
    links,
    entities,
    pruneNames(names),
  ];
  await graph.write([...statements, ...deriveAnew({ entityIds, relationshipIds })]);
}
