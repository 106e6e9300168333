/** Who may read what in the traversal subgraph: everything here is knowledge, so one scope opens it. */

import type { PermissionTable } from '../subgraph.ts';

export const permissions: PermissionTable = {
  Query: {
    entity: 'graph:read',
    entities: 'graph:read',
    path: 'graph:read',
    neighborhood: 'graph:read',
  },
  Entity: {
    id: 'PARENT',
    name: 'PARENT',
    type: 'PARENT',
    aliases: 'PARENT',
    spellings: 'PARENT',
    description: 'PARENT',
    degree: 'PARENT',
    mentionCount: 'PARENT',
    relationships: 'graph:read',
    mentions: 'graph:read',
    neighbors: 'graph:read',
  },
};
