/** The traversal subgraph: entities, relationships and the ways between them. */

import { readFileSync } from 'node:fs';
import { createTraversal } from '../../retrieval/traversal/traversal.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { SubgraphDefinition } from '../subgraph.ts';
import { createTraversalLoaders, type TraversalLoaders } from './loaders.ts';
import { permissions } from './permissions.ts';
import { createTraversalResolvers } from './resolvers.ts';

export const schema = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

export function traversalSubgraph(rooms: {
  readonly graph: GraphStore;
}): SubgraphDefinition<TraversalLoaders> {
  return {
    name: 'traversal',
    schema,
    permissions,
    resolvers: createTraversalResolvers(createTraversal(rooms.graph)),
    createLoaders: (request) => createTraversalLoaders(rooms.graph, request),
  };
}
