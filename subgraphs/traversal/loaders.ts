/** What the traversal subgraph loads, each in one store call for everything a request asks at the same depth. */

import DataLoader from 'dataloader';
import type { Principal } from '../../model/principal.ts';
import { readsOf } from '../../retrieval/traversal/reads.ts';
import { neighborsOf } from '../../retrieval/traversal/walk.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import type { RelationshipPage } from '../../stores/graph/statements/relationship-rows.ts';
import { BATCH_MAX, many, one, withArguments } from '../batch-loaders.ts';
import type { SubgraphContext } from '../subgraph.ts';

export type TraversalLoaders = ReturnType<typeof createTraversalLoaders>;
export type Context = SubgraphContext<TraversalLoaders>;

/** Loaders of one request, of what its principal may know. */
export function createTraversalLoaders(
  graph: GraphStore,
  { principal, signal }: { readonly principal: Principal; readonly signal: AbortSignal },
) {
  const reader = { tenant: principal.tenant, within: principal.collections };
  const reads = readsOf(reader);
  const read = <Result>(statement: Statement<Result>) => graph.read(statement, { signal });

  return {
    entity: one(
      (ids) => read(reads.entities(ids)),
      (entity) => entity.id,
    ),
    relationship: one(
      (ids) => read(reads.relationships(ids)),
      (relationship) => relationship.id,
    ),
    degree: one(
      (ids) => read(reads.degrees(ids)),
      (row) => row.entityId,
    ),
    mentionCount: one(
      (ids) => read(reads.mentionCounts(ids)),
      (row) => row.entityId,
    ),
    weight: one(
      (ids) => read(reads.weights(ids)),
      (row) => row.relationshipId,
    ),
    spellings: many(
      (ids) => read(reads.spellings(ids)),
      (row) => row.entityId,
    ),
    entitiesOfChunk: many(
      (ids) => read(reads.entitiesOfChunks(ids)),
      (row) => row.chunkId,
    ),
    relationshipsOfChunk: many(
      (ids) => read(reads.relationshipsOfChunks(ids)),
      (row) => row.chunkId,
    ),
    entitiesOfDocument: withArguments((first: number) =>
      many(
        (ids) => read(reads.entitiesOfDocuments(ids, first)),
        (row) => row.documentId,
      ),
    ),
    evidence: withArguments((first: number) =>
      many(
        (ids) => read(reads.evidence(ids, first)),
        (row) => row.relationshipId,
      ),
    ),
    mentions: withArguments((page: { readonly after: string; readonly limit: number }) =>
      many(
        (ids) => read(reads.mentions(ids, page)),
        (row) => row.entityId,
      ),
    ),
    relationshipsOfEntity: withArguments((page: RelationshipPage) =>
      many(
        (ids) => read(reads.relationshipsOfEntities(ids, page)),
        (row) => row.entityId,
      ),
    ),
    neighbors: withArguments(
      (bounds: { readonly hops: number; readonly limit: number }) =>
        new DataLoader<string, readonly string[]>(
          (ids) => neighborsOf(graph, ids, bounds, { ...reader, signal }),
          { maxBatchSize: BATCH_MAX },
        ),
    ),
  };
}
