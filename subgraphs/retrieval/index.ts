/** The retrieval subgraph: search, answers, and what is like a chunk. */

import { readFileSync } from 'node:fs';
import type { SubgraphDefinition } from '../subgraph.ts';
import { createRetrievalLoaders, type RetrievalLoaders, type RetrievalRooms } from './loaders.ts';
import { permissions } from './permissions.ts';
import { createRetrievalResolvers } from './resolvers.ts';

export const schema = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

export function retrievalSubgraph(rooms: RetrievalRooms): SubgraphDefinition<RetrievalLoaders> {
  return {
    name: 'retrieval',
    schema,
    permissions,
    resolvers: createRetrievalResolvers(rooms.retrieval),
    createLoaders: (request) => createRetrievalLoaders(rooms, request),
  };
}
