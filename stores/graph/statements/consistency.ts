/** What in the graph contradicts itself, told by id: looked at page by page, and again by whoever mends it. */

import { type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

/** Labels whose nodes must be there once. */
export const IDENTIFIED_LABELS = [
  'Collection',
  'Document',
  'Chunk',
  'Entity',
  'Name',
  'Relationship',
] as const;
export type IdentifiedLabel = (typeof IDENTIFIED_LABELS)[number];

/** A node that is not as it should be. */
export interface UnsoundNode {
  readonly id: string;
  readonly tenant: string;
}

function decodeNode(row: Parameters<Statement<UnsoundNode>['decode']>[0]): UnsoundNode {
  return { id: textOf(row.id), tenant: textOf(row.tenant) };
}

/** Ids that more than one node of the label has. */
export function idsHeldTwice(label: IdentifiedLabel, ids: readonly string[]): Statement<UnsoundNode> {
  return statement(
    'consistency.idsHeldTwice',
    `UNWIND $ids AS nodeId MATCH (n:${label} {id: nodeId})
     WITH nodeId AS id, min(n.tenant) AS tenant, count(n) AS nodes WHERE nodes > 1 RETURN id, tenant`,
    { ids },
    decodeNode,
  );
}

/** Leaves one node of each id: the one with the most edges. */
export function keepOneOf(label: IdentifiedLabel, ids: readonly string[]): Statement<unknown> {
  return statement(
    'consistency.keepOne',
    `UNWIND $ids AS nodeId MATCH (n:${label} {id: nodeId}) OPTIONAL MATCH (n)-[e]-()
     WITH nodeId, n, count(e) AS edges ORDER BY edges DESC
     WITH nodeId, collect(n) AS nodes UNWIND nodes[1..1000] AS extra DETACH DELETE extra`,
    { ids },
    (row) => row,
  );
}

/** Chunks whose document is not there. */
export function chunksWithoutDocument(ids: readonly string[]): Statement<UnsoundNode> {
  return statement(
    'consistency.chunksWithoutDocument',
    `UNWIND $ids AS chunkId MATCH (c:Chunk {id: chunkId}) OPTIONAL MATCH (d:Document {id: c.documentId})
     WITH c, d WHERE d IS NULL RETURN c.id AS id, c.tenant AS tenant`,
    { ids },
    decodeNode,
  );
}

export function entitiesWithoutMention(ids: readonly string[]): Statement<UnsoundNode> {
  return statement(
    'consistency.entitiesWithoutMention',
    `UNWIND $ids AS entityId MATCH (e:Entity {id: entityId}) WHERE NOT EXISTS { MATCH (:Chunk)-[:MENTIONS]->(e) }
     RETURN e.id AS id, e.tenant AS tenant`,
    { ids },
    decodeNode,
  );
}

export function namesWithoutEntity(ids: readonly string[]): Statement<UnsoundNode> {
  return statement(
    'consistency.namesWithoutEntity',
    `UNWIND $ids AS nameId MATCH (n:Name {id: nameId}) WHERE NOT EXISTS { MATCH (n)-[:NAMES]->(:Entity) }
     RETURN n.id AS id, n.tenant AS tenant`,
    { ids },
    decodeNode,
  );
}

export function relationshipsWithoutEvidence(ids: readonly string[]): Statement<UnsoundNode> {
  return statement(
    'consistency.relationshipsWithoutEvidence',
    `UNWIND $ids AS relationshipId MATCH (r:Relationship {id: relationshipId})
     WHERE NOT EXISTS { MATCH (:Chunk)-[:STATES]->(r) } RETURN r.id AS id, r.tenant AS tenant`,
    { ids },
    decodeNode,
  );
}

/** A relationship as it is told, whether there is the edge to walk or not. */
export interface ToldRelationship extends UnsoundNode {
  readonly sourceId: string;
  readonly targetId: string;
  readonly type: string;
}

export function relationshipsTold(ids: readonly string[]): Statement<ToldRelationship> {
  return statement(
    'consistency.relationshipsTold',
    `UNWIND $ids AS relationshipId MATCH (r:Relationship {id: relationshipId})
     RETURN r.id AS id, r.tenant AS tenant, r.sourceId AS sourceId, r.targetId AS targetId, r.type AS type`,
    { ids },
    (row) => ({
      ...decodeNode(row),
      sourceId: textOf(row.sourceId),
      targetId: textOf(row.targetId),
      type: textOf(row.type),
    }),
  );
}

/** An edge to walk along; `id` is that of its relationship. */
export interface WalkedEdge extends UnsoundNode {
  readonly sourceId: string;
  readonly targetId: string;
  readonly type: string;
}

/** The edges that start at these entities, each as often as it is there. */
export function edgesOfEntities(entityIds: readonly string[]): Statement<WalkedEdge> {
  return statement(
    'consistency.edgesOfEntities',
    `UNWIND $entityIds AS entityId MATCH (a:Entity {id: entityId})-[e:RELATES]->(b:Entity)
     RETURN e.id AS id, a.tenant AS tenant, a.id AS sourceId, b.id AS targetId, e.type AS type`,
    { entityIds },
    (row) => ({
      ...decodeNode(row),
      sourceId: textOf(row.sourceId),
      targetId: textOf(row.targetId),
      type: textOf(row.type),
    }),
  );
}

/** Takes away the edges of these relationships that start at an entity, however many there are. */
export function dropEdges(
  edges: readonly { readonly id: string; readonly sourceId: string }[],
): Statement<unknown> {
  return statement(
    'consistency.dropEdges',
    `UNWIND $rows AS r MATCH (a:Entity {id: r.sourceId})-[e:RELATES]->(:Entity) WHERE e.id = r.id DELETE e`,
    { rows: edges.map(({ id, sourceId }) => ({ id, sourceId })) },
    (row) => row,
  );
}

/** Takes away relationships with their evidence. */
export function dropRelationships(ids: readonly string[]): Statement<unknown> {
  return statement(
    'consistency.dropRelationships',
    'UNWIND $ids AS relationshipId MATCH (r:Relationship {id: relationshipId}) DETACH DELETE r',
    { ids },
    (row) => row,
  );
}

/** Those of the chunks that the tenant has. */
export function chunksExisting(tenant: string, ids: readonly string[]): Statement<string> {
  return statement(
    'consistency.chunksExisting',
    'UNWIND $ids AS chunkId MATCH (c:Chunk {id: chunkId}) WHERE c.tenant = $tenant RETURN c.id AS id',
    { tenant, ids },
    (row) => textOf(row.id),
  );
}

/** What a waiting or failed submission, or a document, needs to be there; the id is the document's. */
export interface HeldContent extends UnsoundNode {
  readonly hash: string;
}

export function contentsOfSubmissions(ids: readonly string[]): Statement<HeldContent> {
  return statement(
    'consistency.contentsOfSubmissions',
    `UNWIND $ids AS submissionId MATCH (s:Submission {id: submissionId})
     RETURN s.documentId AS id, s.tenant AS tenant, s.contentHash AS hash`,
    { ids },
    (row) => ({ ...decodeNode(row), hash: textOf(row.hash) }),
  );
}

/** Every tenant that has a collection, or had one. */
export function tenantsOfCollections(): Statement<string> {
  return statement(
    'consistency.tenants',
    `MATCH (c:Collection) WHERE c.id > '' RETURN DISTINCT c.tenant AS tenant ORDER BY tenant`,
    {},
    (row) => textOf(row.tenant),
  );
}

/** A check as it is asked for and how far it is; one of the whole installation, and one of each tenant that asked. */
export interface ConsistencyNode {
  readonly id: string;
  /** Null for the whole installation. */
  readonly tenant: string | null;
  readonly state: string;
  /** JSON text of everything else. */
  readonly report: string;
}

function decodeRun(row: Parameters<Statement<ConsistencyNode>['decode']>[0]): ConsistencyNode {
  return {
    id: textOf(row.id),
    tenant: textOrNull(row.tenant),
    state: textOf(row.state),
    report: textOf(row.report),
  };
}

const RUN = 'r.id AS id, r.tenant AS tenant, r.state AS state, r.report AS report';

export function consistencyRun(id: string): Statement<ConsistencyNode> {
  return statement('consistency.run', `MATCH (r:Consistency {id: $id}) RETURN ${RUN}`, { id }, decodeRun);
}

/** Those that wait or are under way, at most `limit`. */
export function consistencyRunsOpen(limit: number): Statement<ConsistencyNode> {
  return statement(
    'consistency.runsOpen',
    `MATCH (r:Consistency) WHERE r.id > '' AND r.state IN ['WAITING', 'RUNNING'] RETURN ${RUN} ORDER BY id LIMIT $limit`,
    { limit },
    decodeRun,
  );
}

export function putConsistencyRun({ id, ...properties }: ConsistencyNode): Statement<unknown> {
  return statement(
    'consistency.putRun',
    'MERGE (r:Consistency {id: $id}) SET r += $properties',
    { id, properties },
    (row) => row,
  );
}
