/**
 * Reads of relationships for who may read some collections of a tenant and no others. A relationship is there if one of
 * their chunks states it, and is what these chunks state; the reads are those of `relationships.ts`, row for row.
 */

import { type Row, type Statement, statement } from '../graph-store.ts';
import type { BoundReader } from './entities-within.ts';
import {
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
import { PATTERNS, type RelationshipNode } from './relationships.ts';
import { READABLE, RELATIONSHIP, sayingOf } from './sayings.ts';

/** Binds the relationships of `relationshipId` with the statements that may be read. */
const STATED = `MATCH (r:Relationship {id: relationshipId})<-[s:STATES]-(c:Chunk) WHERE r.tenant = $tenant AND ${READABLE}`;
/** Of edges to walk, those that may be read: one statement is enough, however many there are. */
const IS_STATED = `MATCH (n:Relationship {id: relationshipId}) WHERE EXISTS { MATCH (n)<-[:STATES]-(c:Chunk) WHERE ${READABLE} }`;

function decodeRelationship(row: Row): RelationshipNode {
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    sourceId: String(row.sourceId),
    targetId: String(row.targetId),
    type: String(row.type),
    description: sayingOf(row.described)?.text ?? null,
  };
}

export function relationshipsByIdsWithin(
  { tenant, within }: BoundReader,
  ids: readonly string[],
): Statement<RelationshipNode> {
  return statement(
    'relationships.byIdsWithin',
    `UNWIND $ids AS relationshipId ${STATED} RETURN ${RELATIONSHIP}`,
    { tenant, within, ids },
    decodeRelationship,
  );
}

export function weightsOfWithin(
  { tenant, within }: BoundReader,
  ids: readonly string[],
): Statement<RelationshipWeight> {
  return statement(
    'relationships.weightsWithin',
    `UNWIND $ids AS relationshipId ${STATED} RETURN relationshipId, count(c) AS weight`,
    { tenant, within, ids },
    decodeWeight,
  );
}

export function evidenceOfWithin(
  { tenant, within }: BoundReader,
  ids: readonly string[],
  first: number,
): Statement<Evidence> {
  return statement(
    'relationships.evidenceWithin',
    `UNWIND $ids AS relationshipId ${STATED}
     WITH relationshipId, c.id AS chunkId ORDER BY chunkId
     WITH relationshipId, collect(chunkId) AS all
     UNWIND all[0..$first] AS chunkId
     RETURN relationshipId, chunkId`,
    { tenant, within, ids, first },
    decodeEvidence,
  );
}

export function relationshipsOfChunksWithin(
  { tenant, within }: BoundReader,
  chunkIds: readonly string[],
): Statement<RelationshipNode & { readonly chunkId: string }> {
  return statement(
    'relationships.ofChunksWithin',
    `UNWIND $chunkIds AS chunkId
     MATCH (a:Chunk {id: chunkId})-[:STATES]->(o:Relationship)
     WHERE a.tenant = $tenant AND a.collectionId IN $within
     WITH chunkId, o.id AS relationshipId ${STATED}
     RETURN chunkId, ${RELATIONSHIP} ORDER BY id`,
    { tenant, within, chunkIds },
    (row) => ({ ...decodeRelationship(row), chunkId: String(row.chunkId) }),
  );
}

/** The relationships of each entity by type and id, from behind `after`; `limit` rows an entity. */
export function relationshipsOfEntitiesWithin(
  { tenant, within }: BoundReader,
  entityIds: readonly string[],
  page: RelationshipPage,
): Statement<EntityRelationship> {
  const types = page.types.length === 0 ? '' : 'AND r.type IN $types';
  return statement(
    'relationships.ofEntitiesWithin',
    `UNWIND $entityIds AS entityId
     MATCH ${PATTERNS[page.direction]}
     WHERE e.tenant = $tenant ${types} AND (r.type > $afterType OR (r.type = $afterType AND r.id > $afterId))
     WITH DISTINCT entityId, r.id AS relationshipId, r.type AS type ${IS_STATED}
     WITH entityId, relationshipId, type ORDER BY type, relationshipId
     WITH entityId, collect({id: relationshipId, type: type}) AS all
     UNWIND all[0..$limit] AS one
     RETURN entityId, one.id AS relationshipId, one.type AS type`,
    { tenant, within, entityIds, ...parametersOf(page) },
    decodeEntityRelationship,
  );
}

const STEPS = `UNWIND $entityIds AS from MATCH (e:Entity {id: from})-[r:RELATES]-(o:Entity) WHERE e.tenant = $tenant
  WITH from, r.id AS relationshipId, o.id AS to ${IS_STATED}`;

/** Every relationship at these entities, in either direction, at most `limit`, in a stable order. */
export function stepsFromWithin(
  { tenant, within }: BoundReader,
  entityIds: readonly string[],
  limit: number,
): Statement<Step> {
  return statement(
    'relationships.stepsFromWithin',
    `${STEPS} RETURN from, relationshipId, to ORDER BY relationshipId, from LIMIT $limit`,
    { tenant, within, entityIds, limit },
    decodeStep,
  );
}

/** How many steps {@link stepsFromWithin} these entities has; looks at each, which counting without a boundary does not. */
export function stepCountWithin(
  { tenant, within }: BoundReader,
  entityIds: readonly string[],
): Statement<number> {
  return statement(
    'relationships.stepCountWithin',
    `${STEPS} RETURN count(relationshipId) AS steps`,
    { tenant, within, entityIds },
    (row) => Number(row.steps ?? 0),
  );
}
