/** Reads of entities: by id, by name, by collection, and what hangs on them. */

import type { Entity, ResolutionReason } from '../../../model/knowledge.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { type MentionPlace, readPlaces } from './places.ts';
import { OTHER_SPELLING, OWN_NAME, toSpelledKeys } from './spelled-keys.ts';

/** The most spellings an entity shows. */
export const SPELLINGS_MAX = 50;

/** An entity without its spellings, which are loaded only where they are asked for. */
export type EntityNode = Omit<Entity, 'aliases'>;

const ENTITY_COLUMNS = `e.id AS id, e.tenant AS tenant, e.name AS name, e.type AS type, e.description AS description`;

function decodeEntity(row: Row): EntityNode {
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    name: String(row.name),
    type: String(row.type),
    description: row.description === null || row.description === undefined ? null : String(row.description),
  };
}

/** The entities among `ids` that the tenant has, in no order. */
export function entitiesByIds(tenant: string, ids: readonly string[]): Statement<EntityNode> {
  return statement(
    'entities.byIds',
    `UNWIND $ids AS entityId MATCH (e:Entity {id: entityId}) WHERE e.tenant = $tenant RETURN ${ENTITY_COLUMNS}`,
    { tenant, ids },
    decodeEntity,
  );
}

export interface EntityListing {
  readonly tenant: string;
  readonly type: string | null;
  readonly collectionId: string | null;
  /** Id after which to start; empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

const OF_ID = 'UNWIND $ids AS entityId MATCH (e:Entity {id: entityId})';

/** A page of the tenant's entities by id; one row more than a page tells whether another follows. */
export function entitiesListed(listing: EntityListing): Statement<EntityNode> {
  const conditions = ['e.tenant = $tenant', 'e.id > $after'];
  if (listing.type !== null) conditions.push('e.type = $type');
  const where = conditions.join(' AND ');
  const { tenant, after, limit, collectionId, type } = listing;
  const match =
    collectionId === null
      ? `MATCH (e:Entity {tenant: $tenant}) WHERE ${where}`
      : `MATCH (c:Chunk {collectionId: $collectionId})-[:MENTIONS]->(e:Entity) WHERE ${where} WITH DISTINCT e`;
  const matchOfIds =
    collectionId === null
      ? `${OF_ID} WHERE ${where}`
      : `${OF_ID}<-[:MENTIONS]-(c:Chunk) WHERE c.collectionId = $collectionId AND ${where} WITH DISTINCT e`;
  const listed = statement(
    'entities.listed',
    `${match} RETURN ${ENTITY_COLUMNS} ORDER BY id LIMIT $limit`,
    {
      ...{ tenant, after, limit },
      ...(type === null ? {} : { type }),
      ...(collectionId === null ? {} : { collectionId }),
    },
    decodeEntity,
  );
  const ofIds = `${matchOfIds} RETURN ${ENTITY_COLUMNS} ORDER BY id LIMIT $limit`;
  return {
    ...listed,
    page: { label: 'Entity', property: 'tenant', value: tenant, after, limit, ofIds },
  };
}

/**
 * The entities that a canonical key spells: the one that is named so, and those of which it is another spelling. With
 * a collection, those that its chunks mention.
 */
export function entitiesNamed(
  tenant: string,
  keys: readonly string[],
  collectionId: string | null = null,
): Statement<EntityNode & { key: string }> {
  const inCollection =
    collectionId === null
      ? ''
      : `WITH s, e MATCH (e)<-[:MENTIONS]-(c:Chunk) WHERE c.collectionId = $collectionId WITH DISTINCT s, e`;
  return statement(
    'entities.named',
    `${OWN_NAME} WHERE e.tenant = $tenant ${inCollection} RETURN s.key AS key, ${ENTITY_COLUMNS}
     UNION ${OTHER_SPELLING} WHERE e.tenant = $tenant ${inCollection} RETURN s.key AS key, ${ENTITY_COLUMNS}`,
    {
      tenant,
      spelled: toSpelledKeys(tenant, keys),
      ...(collectionId === null ? {} : { collectionId }),
    },
    (row) => ({ ...decodeEntity(row), key: String(row.key) }),
  );
}

export interface Spelling {
  readonly entityId: string;
  readonly text: string;
  readonly reason: ResolutionReason;
}

/** Of each of these entities its own name, then its other spellings in alphabetical order. */
export function spellingsOf(tenant: string, ids: readonly string[]): Statement<Spelling> {
  return statement(
    'entities.spellings',
    `UNWIND $ids AS entityId MATCH (e:Entity {id: entityId}) WHERE e.tenant = $tenant
     RETURN entityId, e.name AS text, 'SAME_NAME' AS reason
     UNION
     UNWIND $ids AS entityId MATCH (e:Entity {id: entityId})<-[a:NAMES]-(n:Name)
     WHERE e.tenant = $tenant AND n.key <> e.key
     WITH entityId, n.text AS text, a.reason AS reason ORDER BY text
     WITH entityId, collect({text: text, reason: reason}) AS all
     UNWIND all[0..$limit] AS one RETURN entityId, one.text AS text, one.reason AS reason`,
    { tenant, ids, limit: SPELLINGS_MAX - 1 },
    (row) => ({
      entityId: String(row.entityId),
      text: String(row.text),
      reason: String(row.reason) as ResolutionReason,
    }),
  );
}

export interface EntityCount {
  readonly entityId: string;
  readonly count: number;
}

const decodeCount = (row: Row): EntityCount => ({ entityId: String(row.entityId), count: Number(row.count) });

/** In how many relationships each entity takes part; entities without any are left out. */
export function degreesOf(tenant: string, ids: readonly string[]): Statement<EntityCount> {
  return statement(
    'entities.degrees',
    `UNWIND $ids AS entityId MATCH (e:Entity {id: entityId})-[r:RELATES]-(:Entity) WHERE e.tenant = $tenant
     RETURN entityId, count(r) AS count`,
    { tenant, ids },
    decodeCount,
  );
}

/** How many chunks mention each entity; entities without any are left out. */
export function mentionCountsOf(tenant: string, ids: readonly string[]): Statement<EntityCount> {
  return statement(
    'entities.mentionCounts',
    `UNWIND $ids AS entityId MATCH (e:Entity {id: entityId})<-[:MENTIONS]-(c:Chunk) WHERE e.tenant = $tenant
     RETURN entityId, count(c) AS count`,
    { tenant, ids },
    decodeCount,
  );
}

/** The entities that a chunk mentions, with the first place where it does. */
export interface ChunkEntity extends EntityNode {
  readonly chunkId: string;
  readonly places: readonly MentionPlace[];
}

/** All mentions of these chunks; ingestion bounds how many a chunk may have. */
export function entitiesOfChunks(tenant: string, chunkIds: readonly string[]): Statement<ChunkEntity> {
  return statement(
    'entities.ofChunks',
    `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId})-[m:MENTIONS]->(e:Entity) WHERE c.tenant = $tenant
     RETURN chunkId, m.places AS places, ${ENTITY_COLUMNS}`,
    { tenant, chunkIds },
    (row) => ({ ...decodeEntity(row), chunkId: String(row.chunkId), places: readPlaces(row.places) }),
  );
}

export interface DocumentEntity extends EntityNode {
  readonly documentId: string;
}

/** The entities of these documents, the most mentioned first. */
export function entitiesOfDocuments(
  tenant: string,
  documentIds: readonly string[],
  limit: number,
): Statement<DocumentEntity> {
  return statement(
    'entities.ofDocuments',
    `UNWIND $documentIds AS documentId
     MATCH (c:Chunk {documentId: documentId})-[:MENTIONS]->(e:Entity) WHERE c.tenant = $tenant
     WITH documentId, e, count(c) AS mentions ORDER BY mentions DESC, e.id
     WITH documentId, collect(e) AS all
     UNWIND all[0..$limit] AS e
     RETURN documentId, ${ENTITY_COLUMNS}`,
    { tenant, documentIds, limit },
    (row) => ({ ...decodeEntity(row), documentId: String(row.documentId) }),
  );
}

export interface EntityMention {
  readonly entityId: string;
  readonly chunkId: string;
  readonly places: readonly MentionPlace[];
}

/** Where chunks mention these entities, by chunk id, from behind `after`; `limit` rows an entity. */
export function mentionsOf(
  tenant: string,
  entityIds: readonly string[],
  page: { readonly after: string; readonly limit: number },
): Statement<EntityMention> {
  return statement(
    'entities.mentions',
    `UNWIND $entityIds AS entityId
     MATCH (e:Entity {id: entityId})<-[m:MENTIONS]-(c:Chunk) WHERE e.tenant = $tenant AND c.id > $after
     WITH entityId, c.id AS chunkId, m ORDER BY chunkId
     WITH entityId, collect({chunkId: chunkId, places: m.places}) AS all
     UNWIND all[0..$limit] AS one
     RETURN entityId, one.chunkId AS chunkId, one.places AS places`,
    { tenant, entityIds, ...page },
    (row) => ({
      entityId: String(row.entityId),
      chunkId: String(row.chunkId),
      places: readPlaces(row.places),
    }),
  );
}
