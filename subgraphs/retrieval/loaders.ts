/** What the retrieval subgraph loads, each in a fixed number of store calls for everything a request asks. */

import DataLoader from 'dataloader';
import type { Principal } from '../../model/principal.ts';
import type { Hit } from '../../retrieval/hit.ts';
import type { Retrieval } from '../../retrieval/retrieval.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { entitiesByIdsWithin } from '../../stores/graph/statements/entities-within.ts';
import { type EntityName, entityNames } from '../../stores/graph/statements/search-scope.ts';
import { BATCH_MAX, one, withArguments } from '../batch-loaders.ts';
import type { SubgraphContext } from '../subgraph.ts';

export type RetrievalLoaders = ReturnType<typeof createRetrievalLoaders>;
export type Context = SubgraphContext<RetrievalLoaders>;

export interface RetrievalRooms {
  readonly retrieval: Retrieval;
  readonly graph: GraphStore;
}

/** Loaders of one request. */
export function createRetrievalLoaders(
  { retrieval, graph }: RetrievalRooms,
  { principal, signal }: { readonly principal: Principal; readonly signal: AbortSignal },
) {
  const { tenant, collections } = principal;
  const namesOf = (ids: readonly string[]): Promise<readonly EntityName[]> =>
    collections === undefined
      ? graph.read(entityNames(tenant, ids), { signal })
      : graph.read(entitiesByIdsWithin({ tenant, within: collections }, ids), { signal });
  return {
    entityName: one(namesOf, ({ id }) => id),
    similar: withArguments(
      (first: number) =>
        new DataLoader<string, readonly Hit[]>(
          (chunkIds) => retrieval.similar({ tenant, chunkIds, first, within: collections }, signal),
          {
            maxBatchSize: BATCH_MAX,
          },
        ),
    ),
  };
}
