/** What of an installation a backup of some scope holds: which nodes, and so which edges, contents and vectors. */

import type { BackupScope } from '../../model/backup.ts';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
  type CarriedRelation,
  type Properties,
} from '../../stores/graph/statements/transfer.ts';
import type { GraphView } from './graph-view.ts';

export interface ScopeFilter {
  readonly labels: readonly CarriedLabel[];
  /** Whether it leaves out nothing. */
  readonly isEverything: boolean;
  hasNode(label: CarriedLabel, properties: Properties): boolean;
  /** Of an edge whose source it has. */
  hasEdge(edge: CarriedEdge, relation: CarriedRelation): boolean;
}

/** Of the whole installation: the audit log is one chain, and how far the indexes are is told of all of them. */
const OF_EVERYBODY: readonly CarriedLabel[] = ['IndexState', 'AuditSegment', 'AuditEntry'];
const OF_COLLECTION: readonly CarriedLabel[] = [
  'Collection',
  'Document',
  'Chunk',
  'Entity',
  'Name',
  'Relationship',
  'Job',
  'Submission',
  'PersonalDataPolicy',
];

/** What a backup of the scope reads of the graph, beside how far the indexes are. */
export function labelsOf(scope: BackupScope): readonly CarriedLabel[] {
  switch (scope.kind) {
    case 'INSTALLATION':
      return CARRIED_LABELS;
    case 'TENANT':
      return CARRIED_LABELS.filter((label) => !OF_EVERYBODY.includes(label));
    case 'COLLECTION':
      return OF_COLLECTION;
  }
}

/** Reads what a collection's chunks speak of: entities belong to the tenant, and those come along that are needed. */
export async function filterOf(scope: BackupScope, graph: GraphView): Promise<ScopeFilter> {
  const labels = labelsOf(scope);
  switch (scope.kind) {
    case 'INSTALLATION':
      return { labels, isEverything: true, hasNode: () => true, hasEdge: () => true };
    case 'TENANT':
      return {
        labels,
        isEverything: false,
        hasNode: (_, { tenant }) => tenant === scope.tenant,
        hasEdge: () => true,
      };
    case 'COLLECTION':
      return ofCollection(scope.collectionId, await knowledgeOf(scope.collectionId, graph));
  }
}

/** What it holds without the graph being asked: documents, and what lies outside the graph with them. */
export function hasDocument(scope: BackupScope, { tenant, collectionId }: Properties): boolean {
  switch (scope.kind) {
    case 'INSTALLATION':
      return true;
    case 'TENANT':
      return tenant === scope.tenant;
    case 'COLLECTION':
      return collectionId === scope.collectionId;
  }
}

function ofCollection(collectionId: string, { entities, names, relationships }: Knowledge): ScopeFilter {
  const sets = { Entity: entities, Name: names, Relationship: relationships };
  return {
    labels: OF_COLLECTION,
    isEverything: false,
    hasNode: (label, { id, collectionId: own }) => {
      if (label === 'Collection') return id === collectionId;
      const of = label in sets ? sets[label as keyof typeof sets] : null;
      return of === null ? own === collectionId : of.has(String(id));
    },
    hasEdge: (edge, { target, properties }) => {
      if (edge === 'RELATES') return relationships.has(String(properties['id']));
      return edge === 'STATES' || entities.has(target);
    },
  };
}

interface Knowledge {
  readonly entities: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly relationships: ReadonlySet<string>;
}

/** Ids of all that a collection's chunks mention and state: they are held in memory. */
async function knowledgeOf(collectionId: string, graph: GraphView): Promise<Knowledge> {
  const [entities, names, relationships] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for await (const chunks of graph.nodePages('Chunk')) {
    const ids = chunks.filter(({ properties }) => properties['collectionId'] === collectionId);
    const sources = ids.map(({ id }) => id);
    for (const { target } of await graph.edgesFrom('MENTIONS', sources)) entities.add(target);
    for (const { target } of await graph.edgesFrom('STATES', sources)) relationships.add(target);
  }
  for await (const nodes of graph.nodePages('Relationship')) {
    for (const { id, properties } of nodes) {
      if (!relationships.has(id)) continue;
      entities.add(String(properties['sourceId']));
      entities.add(String(properties['targetId']));
    }
  }
  for await (const nodes of graph.nodePages('Name')) {
    const ids = nodes.map(({ id }) => id);
    const edges = await graph.edgesFrom('NAMES', ids);
    for (const { source, target } of edges) if (entities.has(target)) names.add(source);
  }
  return { entities, names, relationships };
}

/** The edges of one kind that a backup of the scope has, page by page in the order of their sources. */
export async function* edgesInScope(
  graph: GraphView,
  edge: CarriedEdge,
  filter: ScopeFilter,
): AsyncGenerator<readonly CarriedRelation[]> {
  const label = CARRIED_EDGES[edge];
  for await (const nodes of graph.nodePages(label)) {
    const sources = nodes.filter(({ properties }) => filter.hasNode(label, properties)).map(({ id }) => id);
    const edges = await graph.edgesFrom(edge, sources);
    yield edges.filter((relation) => filter.hasEdge(edge, relation));
  }
}

/** The same where the scope is everything, for which nothing need be known of the nodes. */
export async function* edgesOfAll(
  graph: GraphView,
  edge: CarriedEdge,
): AsyncGenerator<readonly CarriedRelation[]> {
  for await (const sources of graph.idPages(CARRIED_EDGES[edge])) yield graph.edgesFrom(edge, sources);
}
