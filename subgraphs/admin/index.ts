/** The admin subgraph: what operators ask, and what gateways do. */

import { readSubgraphSchema } from '../read-schema.ts';
import type { SubgraphDefinition } from '../subgraph.ts';
import { type AdminLoaders, type AdminRooms, createAdminLoaders } from './loaders.ts';
import { bounded, permissions } from './permissions.ts';
import { createAdminResolvers } from './resolvers.ts';

export const schema = readSubgraphSchema(new URL('./', import.meta.url));

export function adminSubgraph(rooms: AdminRooms): SubgraphDefinition<AdminLoaders> {
  return {
    name: 'admin',
    schema,
    permissions,
    bounded,
    resolvers: createAdminResolvers(rooms),
    createLoaders: (request) => createAdminLoaders(rooms, request),
  };
}
