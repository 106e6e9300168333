/** The retrieval subgraph: search, answers, and what is like a chunk. */

import { readSubgraphSchema } from '../read-schema.ts';
import type { SubgraphDefinition } from '../subgraph.ts';
import { createRetrievalLoaders, type RetrievalLoaders, type RetrievalRooms } from './loaders.ts';
import { bounded, permissions } from './permissions.ts';
import { createRetrievalResolvers } from './resolvers.ts';

export const schema = readSubgraphSchema(new URL('./', import.meta.url));

export function retrievalSubgraph(rooms: RetrievalRooms): SubgraphDefinition<RetrievalLoaders> {
  return {
    name: 'retrieval',
    schema,
    permissions,
    bounded,
    resolvers: createRetrievalResolvers(rooms.retrieval),
    createLoaders: (request) => createRetrievalLoaders(rooms, request),
  };
}
