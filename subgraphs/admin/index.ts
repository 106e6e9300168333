/** The admin subgraph: what operators ask. */

import { readFileSync } from 'node:fs';
import type { Reembeddings } from '../../ingestion/reembedding/reembedding.ts';
import type { SystemHealth } from '../../operations/system-health.ts';
import type { SubgraphDefinition } from '../subgraph.ts';
import type { AdminLoaders } from './loaders.ts';
import { permissions } from './permissions.ts';
import { createAdminResolvers } from './resolvers.ts';

export const schema = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

export interface AdminRooms {
  readonly health: SystemHealth;
  readonly reembeddings: Reembeddings;
}

export function adminSubgraph(rooms: AdminRooms): SubgraphDefinition<AdminLoaders> {
  return {
    name: 'admin',
    schema,
    permissions,
    resolvers: createAdminResolvers(rooms),
    createLoaders: () => ({}),
  };
}
