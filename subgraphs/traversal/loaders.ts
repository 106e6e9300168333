/** What the traversal subgraph loads, each in one store call for everything a request asks at the same depth. */

import DataLoader from 'dataloader';
import type { Principal } from '../../model/principal.ts';
import { neighborsOf } from '../../retrieval/traversal/walk.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import * as entities from '../../stores/graph/statements/entities.ts';
import * as relationships from '../../stores/graph/statements/relationships.ts';
import { BATCH_MAX, many, one, withArguments } from '../batch-loaders.ts';
import type { SubgraphContext } from '../subgraph.ts';

export type TraversalLoaders = ReturnType<typeof createTraversalLoaders>;
export type Context = SubgraphContext<TraversalLoaders>;

/** Loaders of one request. */
export function createTraversalLoaders(
  graph: GraphStore,
  request: { readonly principal: Principal; readonly signal: AbortSignal },
) {
  const { tenant } = request.principal;
  const read = <Result>(statement: Statement<Result>) => graph.read(statement, { signal: request.signal });

  return {
    entity: one(
      (ids) => read(entities.entitiesByIds(tenant, ids)),
      (entity) => entity.id,
    ),
    relationship: one(
      (ids) => read(relationships.relationshipsByIds(tenant, ids)),
      (relationship) => relationship.id,
    ),
    degree: one(
      (ids) => read(entities.degreesOf(tenant, ids)),
      (row) => row.entityId,
    ),
    mentionCount: one(
      (ids) => read(entities.mentionCountsOf(tenant, ids)),
      (row) => row.entityId,
    ),
    weight: one(
      (ids) => read(relationships.weightsOf(tenant, ids)),
      (row) => row.relationshipId,
    ),
    spellings: many(
      (ids) => read(entities.spellingsOf(tenant, ids)),
      (row) => row.entityId,
    ),
    entitiesOfChunk: many(
      (ids) => read(entities.entitiesOfChunks(tenant, ids)),
      (row) => row.chunkId,
    ),
    relationshipsOfChunk: many(
      (ids) => read(relationships.relationshipsOfChunks(tenant, ids)),
      (row) => row.chunkId,
    ),
    entitiesOfDocument: withArguments((first: number) =>
      many(
        (ids) => read(entities.entitiesOfDocuments(tenant, ids, first)),
        (row) => row.documentId,
      ),
    ),
    evidence: withArguments((first: number) =>
      many(
        (ids) => read(relationships.evidenceOf(tenant, ids, first)),
        (row) => row.relationshipId,
      ),
    ),
    mentions: withArguments((page: { readonly after: string; readonly limit: number }) =>
      many(
        (ids) => read(entities.mentionsOf(tenant, ids, page)),
        (row) => row.entityId,
      ),
    ),
    relationshipsOfEntity: withArguments((page: relationships.RelationshipPage) =>
      many(
        (ids) => read(relationships.relationshipsOfEntities(tenant, ids, page)),
        (row) => row.entityId,
      ),
    ),
    neighbors: withArguments(
      (bounds: { readonly hops: number; readonly limit: number }) =>
        new DataLoader<string, readonly string[]>(
          (ids) => neighborsOf(graph, ids, bounds, { tenant, signal: request.signal }),
          { maxBatchSize: BATCH_MAX },
        ),
    ),
  };
}
