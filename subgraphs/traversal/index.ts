/** The traversal subgraph: entities, relationships and the ways between them. */

import { NO_STAND_INS, type StandIns } from '../../retrieval/stand-ins.ts';
import { createTraversal } from '../../retrieval/traversal/traversal.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { readSubgraphSchema } from '../read-schema.ts';
import type { SubgraphDefinition } from '../subgraph.ts';
import { createTraversalLoaders, type TraversalLoaders } from './loaders.ts';
import { bounded, permissions } from './permissions.ts';
import { createTraversalResolvers } from './resolvers.ts';

export const schema = readSubgraphSchema(new URL('./', import.meta.url));

export function traversalSubgraph(rooms: {
  readonly graph: GraphStore;
  /** By default the graph has no standby. */
  readonly standIns?: StandIns;
}): SubgraphDefinition<TraversalLoaders> {
  return {
    name: 'traversal',
    schema,
    permissions,
    bounded,
    resolvers: createTraversalResolvers(createTraversal(rooms.graph), rooms.standIns ?? NO_STAND_INS),
    createLoaders: (request) => createTraversalLoaders(rooms.graph, request),
  };
}
