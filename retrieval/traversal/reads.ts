/**
 * The reads of knowledge for one reader: who may read every collection of a tenant, or who is bound to some of them. Both
 * are one store call each and give the same rows, so that whoever walks the graph or loads from it asks no further.
 */

import type { Statement } from '../../stores/graph/graph-store.ts';
import * as entities from '../../stores/graph/statements/entities.ts';
import * as entitiesWithin from '../../stores/graph/statements/entities-within.ts';
import type {
  EntityRelationship,
  Evidence,
  RelationshipPage,
  RelationshipWeight,
  Step,
} from '../../stores/graph/statements/relationship-rows.ts';
import * as relationships from '../../stores/graph/statements/relationships.ts';
import * as relationshipsWithin from '../../stores/graph/statements/relationships-within.ts';

/** Who asks, and what of the tenant they may know. */
export interface Reader {
  readonly tenant: string;
  /** Ids of the collections that the reader is bound to; every one of the tenant when absent. */
  readonly within?: readonly string[] | undefined;
}

/** Of an entity, a relationship or a count there is what the reader may know, and nothing else to be seen. */
export interface KnowledgeReads {
  entities(ids: readonly string[]): Statement<entities.EntityNode>;
  entitiesListed(listing: Omit<entities.EntityListing, 'tenant'>): Statement<entities.EntityNode>;
  entitiesNamed(keys: readonly string[], collectionId: string | null): Statement<entities.EntityNode>;
  entitiesOfChunks(chunkIds: readonly string[]): Statement<entities.ChunkEntity>;
  entitiesOfDocuments(documentIds: readonly string[], limit: number): Statement<entities.DocumentEntity>;
  spellings(entityIds: readonly string[]): Statement<entities.Spelling>;
  degrees(entityIds: readonly string[]): Statement<entities.EntityCount>;
  mentionCounts(entityIds: readonly string[]): Statement<entities.EntityCount>;
  mentions(
    entityIds: readonly string[],
    page: { readonly after: string; readonly limit: number },
  ): Statement<entities.EntityMention>;
  relationships(ids: readonly string[]): Statement<relationships.RelationshipNode>;
  relationshipsOfChunks(
    chunkIds: readonly string[],
  ): Statement<relationships.RelationshipNode & { readonly chunkId: string }>;
  relationshipsOfEntities(
    entityIds: readonly string[],
    page: RelationshipPage,
  ): Statement<EntityRelationship>;
  weights(relationshipIds: readonly string[]): Statement<RelationshipWeight>;
  evidence(relationshipIds: readonly string[], first: number): Statement<Evidence>;
  steps(entityIds: readonly string[], limit: number): Statement<Step>;
  stepCount(entityIds: readonly string[]): Statement<number>;
}

export function readsOf({ tenant, within }: Reader): KnowledgeReads {
  return within === undefined ? readsOfAll(tenant) : readsWithin({ tenant, within });
}

function readsOfAll(tenant: string): KnowledgeReads {
  return {
    entities: (ids) => entities.entitiesByIds(tenant, ids),
    entitiesListed: (listing) => entities.entitiesListed({ ...listing, tenant }),
    entitiesNamed: (keys, collectionId) => entities.entitiesNamed(tenant, keys, collectionId),
    entitiesOfChunks: (ids) => entities.entitiesOfChunks(tenant, ids),
    entitiesOfDocuments: (ids, limit) => entities.entitiesOfDocuments(tenant, ids, limit),
    spellings: (ids) => entities.spellingsOf(tenant, ids),
    degrees: (ids) => entities.degreesOf(tenant, ids),
    mentionCounts: (ids) => entities.mentionCountsOf(tenant, ids),
    mentions: (ids, page) => entities.mentionsOf(tenant, ids, page),
    relationships: (ids) => relationships.relationshipsByIds(tenant, ids),
    relationshipsOfChunks: (ids) => relationships.relationshipsOfChunks(tenant, ids),
    relationshipsOfEntities: (ids, page) => relationships.relationshipsOfEntities(tenant, ids, page),
    weights: (ids) => relationships.weightsOf(tenant, ids),
    evidence: (ids, first) => relationships.evidenceOf(tenant, ids, first),
    steps: (ids, limit) => relationships.stepsFrom(tenant, ids, limit),
    stepCount: (ids) => relationships.stepCount(tenant, ids),
  };
}

function readsWithin(reader: entitiesWithin.BoundReader): KnowledgeReads {
  return {
    entities: (ids) => entitiesWithin.entitiesByIdsWithin(reader, ids),
    entitiesListed: (listing) => entitiesWithin.entitiesListedWithin(reader, listing),
    entitiesNamed: (keys, collectionId) => entitiesWithin.entitiesNamedWithin(reader, keys, collectionId),
    entitiesOfChunks: (ids) => entitiesWithin.entitiesOfChunksWithin(reader, ids),
    entitiesOfDocuments: (ids, limit) => entitiesWithin.entitiesOfDocumentsWithin(reader, ids, limit),
    spellings: (ids) => entitiesWithin.spellingsOfWithin(reader, ids),
    degrees: (ids) => entitiesWithin.degreesOfWithin(reader, ids),
    mentionCounts: (ids) => entitiesWithin.mentionCountsOfWithin(reader, ids),
    mentions: (ids, page) => entitiesWithin.mentionsOfWithin(reader, ids, page),
    relationships: (ids) => relationshipsWithin.relationshipsByIdsWithin(reader, ids),
    relationshipsOfChunks: (ids) => relationshipsWithin.relationshipsOfChunksWithin(reader, ids),
    relationshipsOfEntities: (ids, page) =>
      relationshipsWithin.relationshipsOfEntitiesWithin(reader, ids, page),
    weights: (ids) => relationshipsWithin.weightsOfWithin(reader, ids),
    evidence: (ids, first) => relationshipsWithin.evidenceOfWithin(reader, ids, first),
    steps: (ids, limit) => relationshipsWithin.stepsFromWithin(reader, ids, limit),
    stepCount: (ids) => relationshipsWithin.stepCountWithin(reader, ids),
  };
}
