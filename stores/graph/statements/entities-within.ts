/**
 * Reads of entities for who may read some collections of a tenant and no others. An entity is there if one of their
 * chunks mentions it, and is what these chunks say of it; the reads are those of `entities.ts`, row for row.
 */

import type { ResolutionReason } from '../../../model/knowledge.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import {
  type ChunkEntity,
  type DocumentEntity,
  type EntityCount,
  type EntityListing,
  type EntityMention,
  type EntityNode,
  SPELLINGS_MAX,
  type Spelling,
} from './entities.ts';
import { readPlaces } from './places.ts';
import {
  decodeEntitySaid,
  ENTITY,
  ENTITY_COLUMNS,
  READABLE,
  SPELLING,
  spellingSaid,
  TYPE_OF_SAID,
  TYPE_SAID,
} from './sayings.ts';
import { OTHER_SPELLING, OWN_NAME, toSpelledKeys } from './spelled-keys.ts';

/** Who reads: of a tenant, the chunks of these collections. */
export interface BoundReader {
  readonly tenant: string;
  /** Ids of collections. */
  readonly within: readonly string[];
}

/** Binds the entities of `entityId` with the mentions that may be read. */
const MENTIONED = `MATCH (e:Entity {id: entityId})<-[m:MENTIONS]-(c:Chunk) WHERE e.tenant = $tenant AND ${READABLE}`;

export function entitiesByIdsWithin(
  { tenant, within }: BoundReader,
  ids: readonly string[],
): Statement<EntityNode> {
  return statement(
    'entities.byIdsWithin',
    `UNWIND $ids AS entityId ${MENTIONED} RETURN ${ENTITY}`,
    { tenant, within, ids },
    decodeEntitySaid,
  );
}

const LISTED_MATCH = `UNWIND $among AS collectionId
  MATCH (c:Chunk {collectionId: collectionId})-[m:MENTIONS]->(e:Entity) WHERE e.tenant = $tenant AND e.id > $after`;
const LISTED = `${LISTED_MATCH} WITH DISTINCT e.id AS entityId ORDER BY entityId LIMIT $limit`;
/** All that may be read says what an entity is, also where only what one collection mentions is listed. */
const LISTED_OF_TYPE = `UNWIND $within AS collectionId
  MATCH (c:Chunk {collectionId: collectionId})-[m:MENTIONS]->(e:Entity) WHERE e.tenant = $tenant AND e.id > $after
  WITH e.id AS entityId, ${TYPE_SAID}, sum(CASE WHEN collectionId IN $among THEN 1 ELSE 0 END) AS listed
  WITH entityId, listed, ${TYPE_OF_SAID} AS type WHERE listed > 0 AND type = $type
  WITH entityId ORDER BY entityId LIMIT $limit`;

/** Begins at the chunks that may be read: it costs what they mention, and nothing of what lies elsewhere. */
export function entitiesListedWithin(
  { tenant, within }: BoundReader,
  { type, collectionId, after, limit }: Omit<EntityListing, 'tenant'>,
): Statement<EntityNode> {
  const match = type === null ? LISTED : LISTED_OF_TYPE;
  return statement(
    'entities.listedWithin',
    `${match} ${MENTIONED} RETURN ${ENTITY} ORDER BY id`,
    {
      tenant,
      within,
      among: among(within, collectionId),
      after,
      limit,
      ...(type === null ? {} : { type }),
    },
    decodeEntitySaid,
  );
}

const NAMED_SO = `${OWN_NAME} WHERE e.tenant = $tenant
  MATCH (e)<-[:MENTIONS]-(o:Chunk) WHERE o.collectionId IN $among WITH DISTINCT s.key AS spelled, e.id AS entityId
  ${MENTIONED} RETURN spelled, ${ENTITY}`;
const SPELLED_SO = `${OTHER_SPELLING} WHERE e.tenant = $tenant
  MATCH (e)<-[a:MENTIONS]-(b:Chunk) WHERE b.collectionId IN $within AND n.key IN a.keys WITH DISTINCT s, e
  MATCH (e)<-[:MENTIONS]-(o:Chunk) WHERE o.collectionId IN $among WITH DISTINCT s.key AS spelled, e.id AS entityId
  ${MENTIONED} RETURN spelled, ${ENTITY}`;

/** Spelled so by a chunk that may be read; with a collection, those that its chunks mention. */
export function entitiesNamedWithin(
  { tenant, within }: BoundReader,
  keys: readonly string[],
  collectionId: string | null = null,
): Statement<EntityNode & { key: string }> {
  return statement(
    'entities.namedWithin',
    `${NAMED_SO} UNION ${SPELLED_SO}`,
    { tenant, within, among: among(within, collectionId), spelled: toSpelledKeys(tenant, keys) },
    (row) => ({ ...decodeEntitySaid(row), key: String(row.spelled) }),
  );
}

function among(within: readonly string[], collectionId: string | null): readonly string[] {
  return collectionId === null ? within : within.filter((id) => id === collectionId);
}

/** Of each entity its own name, then its other spellings in the order of their keys. */
export function spellingsOfWithin(
  { tenant, within }: BoundReader,
  ids: readonly string[],
): Statement<Spelling> {
  return statement(
    'entities.spellingsWithin',
    `UNWIND $ids AS entityId ${MENTIONED}
     UNWIND [e.key] + coalesce(m.keys, []) AS key
     WITH entityId, key, CASE WHEN key = e.key THEN 0 ELSE 1 END AS place, ${SPELLING} ORDER BY place, key
     WITH entityId, collect({key: key, place: place, places: places, unplaced: unplaced}) AS all
     UNWIND all[0..$limit] AS one
     RETURN entityId, one.key AS key, one.place AS place, one.places AS places, one.unplaced AS unplaced`,
    { tenant, within, ids, limit: SPELLINGS_MAX },
    decodeSpelling,
  );
}

function decodeSpelling(row: Row): Spelling {
  const key = String(row.key);
  const said = spellingSaid(key, row);
  const reason: ResolutionReason = Number(row.place) === 0 ? 'SAME_NAME' : (said?.reason ?? 'EXTRACTED');
  return { entityId: String(row.entityId), text: said?.text ?? key, reason };
}

/** In how many relationships that a chunk states each entity takes part; entities without any are left out. */
export function degreesOfWithin(
  { tenant, within }: BoundReader,
  ids: readonly string[],
): Statement<EntityCount> {
  return statement(
    'entities.degreesWithin',
    `UNWIND $ids AS entityId MATCH (e:Entity {id: entityId})-[a:RELATES]-(:Entity) WHERE e.tenant = $tenant
     WITH entityId, a.id AS relationshipId MATCH (r:Relationship {id: relationshipId})
     WHERE EXISTS { MATCH (r)<-[:STATES]-(c:Chunk) WHERE ${READABLE} }
     RETURN entityId, count(r) AS count`,
    { tenant, within, ids },
    decodeCount,
  );
}

export function mentionCountsOfWithin(
  { tenant, within }: BoundReader,
  ids: readonly string[],
): Statement<EntityCount> {
  return statement(
    'entities.mentionCountsWithin',
    `UNWIND $ids AS entityId ${MENTIONED} RETURN entityId, count(c) AS count`,
    { tenant, within, ids },
    decodeCount,
  );
}

const decodeCount = (row: Row): EntityCount => ({ entityId: String(row.entityId), count: Number(row.count) });

export function entitiesOfChunksWithin(
  { tenant, within }: BoundReader,
  chunkIds: readonly string[],
): Statement<ChunkEntity> {
  return statement(
    'entities.ofChunksWithin',
    `UNWIND $chunkIds AS chunkId MATCH (a:Chunk {id: chunkId})-[at:MENTIONS]->(e:Entity)
     WHERE a.tenant = $tenant AND a.collectionId IN $within
     WITH e.id AS entityId, collect({chunkId: chunkId, places: at.places}) AS chunks
     ${MENTIONED} WITH chunks, ${ENTITY}
     UNWIND chunks AS chunk RETURN chunk.chunkId AS chunkId, chunk.places AS placesThere, ${ENTITY_COLUMNS}`,
    { tenant, within, chunkIds },
    (row) => ({
      ...decodeEntitySaid(row),
      chunkId: String(row.chunkId),
      places: readPlaces(row.placesThere),
    }),
  );
}

export function entitiesOfDocumentsWithin(
  { tenant, within }: BoundReader,
  documentIds: readonly string[],
  limit: number,
): Statement<DocumentEntity> {
  return statement(
    'entities.ofDocumentsWithin',
    `UNWIND $documentIds AS documentId
     MATCH (a:Chunk {documentId: documentId})-[:MENTIONS]->(e:Entity)
     WHERE a.tenant = $tenant AND a.collectionId IN $within
     WITH documentId, e.id AS entityId, count(a) AS mentions ORDER BY mentions DESC, entityId
     WITH documentId, collect({entityId: entityId, mentions: mentions}) AS all
     UNWIND all[0..$limit] AS one WITH documentId, one.entityId AS entityId, one.mentions AS mentions
     ${MENTIONED} RETURN documentId, mentions, ${ENTITY} ORDER BY mentions DESC, id`,
    { tenant, within, documentIds, limit },
    (row) => ({ ...decodeEntitySaid(row), documentId: String(row.documentId) }),
  );
}

/** Where chunks mention these entities, by chunk id, from behind `after`; `limit` rows an entity. */
export function mentionsOfWithin(
  { tenant, within }: BoundReader,
  entityIds: readonly string[],
  page: { readonly after: string; readonly limit: number },
): Statement<EntityMention> {
  return statement(
    'entities.mentionsWithin',
    `UNWIND $entityIds AS entityId ${MENTIONED} AND c.id > $after
     WITH entityId, c.id AS chunkId, m ORDER BY chunkId
     WITH entityId, collect({chunkId: chunkId, places: m.places}) AS all
     UNWIND all[0..$limit] AS one
     RETURN entityId, one.chunkId AS chunkId, one.places AS places`,
    { tenant, within, entityIds, ...page },
    (row) => ({
      entityId: String(row.entityId),
      chunkId: String(row.chunkId),
      places: readPlaces(row.places),
    }),
  );
}
