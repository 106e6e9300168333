/** Reads of relationships: by id, from an entity, from a chunk, and the edges a walk goes along. */

import type { Relationship } from '../../../model/knowledge.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import {
  type Direction,
  decodeEntityRelationship,
  decodeEvidence,
  decodeStep,
  decodeWeight,
  type EntityRelationship,
  type Evidence,
  parametersOf,
  type RelationshipPage,
  type RelationshipWeight,
  type Step,
} from './relationship-rows.ts';

/** A relationship without its weight, which is counted only where it is asked for. */
export type RelationshipNode = Omit<Relationship, 'weight'>;

const COLUMNS = `r.id AS id, r.tenant AS tenant, r.sourceId AS sourceId, r.targetId AS targetId, r.type AS type,
  r.description AS description`;

function decodeRelationship(row: Row): RelationshipNode {
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    sourceId: String(row.sourceId),
    targetId: String(row.targetId),
    type: String(row.type),
    description: row.description === null || row.description === undefined ? null : String(row.description),
  };
}

/** The relationships among `ids` that the tenant has, in no order. */
export function relationshipsByIds(tenant: string, ids: readonly string[]): Statement<RelationshipNode> {
  return statement(
    'relationships.byIds',
    `UNWIND $ids AS relationshipId MATCH (r:Relationship {id: relationshipId}) WHERE r.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, ids },
    decodeRelationship,
  );
}

/** How many chunks state each relationship. */
export function weightsOf(tenant: string, ids: readonly string[]): Statement<RelationshipWeight> {
  return statement(
    'relationships.weights',
    `UNWIND $ids AS relationshipId
     MATCH (r:Relationship {id: relationshipId})<-[:STATES]-(c:Chunk) WHERE r.tenant = $tenant
     RETURN relationshipId, count(c) AS weight`,
    { tenant, ids },
    decodeWeight,
  );
}

/** The chunks that state each relationship, by id, at most `first` each. */
export function evidenceOf(tenant: string, ids: readonly string[], first: number): Statement<Evidence> {
  return statement(
    'relationships.evidence',
    `UNWIND $ids AS relationshipId
     MATCH (r:Relationship {id: relationshipId})<-[:STATES]-(c:Chunk) WHERE r.tenant = $tenant
     WITH relationshipId, c.id AS chunkId ORDER BY chunkId
     WITH relationshipId, collect(chunkId) AS all
     UNWIND all[0..$first] AS chunkId
     RETURN relationshipId, chunkId`,
    { tenant, ids, first },
    decodeEvidence,
  );
}

/** The relationships that these chunks state; ingestion bounds how many a chunk may have. */
export function relationshipsOfChunks(
  tenant: string,
  chunkIds: readonly string[],
): Statement<RelationshipNode & { readonly chunkId: string }> {
  return statement(
    'relationships.ofChunks',
    `UNWIND $chunkIds AS chunkId
     MATCH (c:Chunk {id: chunkId})-[:STATES]->(r:Relationship) WHERE c.tenant = $tenant
     RETURN chunkId, ${COLUMNS} ORDER BY id`,
    { tenant, chunkIds },
    (row) => ({ ...decodeRelationship(row), chunkId: String(row.chunkId) }),
  );
}

export const PATTERNS: { readonly [direction in Direction]: string } = {
  OUTGOING: '(e:Entity {id: entityId})-[r:RELATES]->(:Entity)',
  INCOMING: '(e:Entity {id: entityId})<-[r:RELATES]-(:Entity)',
  BOTH: '(e:Entity {id: entityId})-[r:RELATES]-(:Entity)',
};

/** The relationships of each entity by type and id, from behind `after`; `limit` rows an entity. */
export function relationshipsOfEntities(
  tenant: string,
  entityIds: readonly string[],
  page: RelationshipPage,
): Statement<EntityRelationship> {
  const types = page.types.length === 0 ? '' : 'AND r.type IN $types';
  return statement(
    'relationships.ofEntities',
    `UNWIND $entityIds AS entityId
     MATCH ${PATTERNS[page.direction]}
     WHERE e.tenant = $tenant ${types} AND (r.type > $afterType OR (r.type = $afterType AND r.id > $afterId))
     WITH DISTINCT entityId, r.id AS id, r.type AS type ORDER BY type, id
     WITH entityId, collect({id: id, type: type}) AS all
     UNWIND all[0..$limit] AS one
     RETURN entityId, one.id AS relationshipId, one.type AS type`,
    { tenant, entityIds, ...parametersOf(page) },
    decodeEntityRelationship,
  );
}

/** Every relationship at these entities, in either direction, at most `limit`, in a stable order. */
export function stepsFrom(tenant: string, entityIds: readonly string[], limit: number): Statement<Step> {
  return statement(
    'relationships.stepsFrom',
    `UNWIND $entityIds AS from MATCH (e:Entity {id: from})-[r:RELATES]-(o:Entity) WHERE e.tenant = $tenant
     RETURN from, r.id AS relationshipId, o.id AS to ORDER BY relationshipId, from LIMIT $limit`,
    { tenant, entityIds, limit },
    decodeStep,
  );
}

/** How many steps {@link stepsFrom} these entities has, all in all; counted without visiting one. */
export function stepCount(tenant: string, entityIds: readonly string[]): Statement<number> {
  return statement(
    'relationships.stepCount',
    `UNWIND $entityIds AS entityId MATCH (e:Entity {id: entityId}) WHERE e.tenant = $tenant
     WITH COUNT { (e)-[:RELATES]-() } AS steps RETURN sum(steps) AS steps`,
    { tenant, entityIds },
    (row) => Number(row.steps ?? 0),
  );
}
