/** Who may read what in the admin subgraph. */

import type { PermissionTable } from '../subgraph.ts';

export const permissions: PermissionTable = {
  Query: { health: 'admin:read', viewer: 'AUTHENTICATED' },
  Health: { state: 'PARENT', version: 'PARENT', components: 'PARENT' },
  ComponentHealth: {
    name: 'PARENT',
    engine: 'PARENT',
    state: 'PARENT',
    latencyMs: 'PARENT',
    detail: 'PARENT',
  },
  Viewer: { subject: 'PARENT', tenant: 'PARENT', scopes: 'PARENT' },
};
