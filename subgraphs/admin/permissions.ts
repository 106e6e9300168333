/** Who may read what in the admin subgraph. */

import type { PermissionTable } from '../subgraph.ts';

export const permissions: PermissionTable = {
  Query: { health: 'admin:read', viewer: 'AUTHENTICATED', reembedding: 'admin:data' },
  Mutation: {
    reembed: 'admin:data',
    confirmReembedding: 'admin:data',
    revertReembedding: 'admin:data',
  },
  Health: { state: 'PARENT', version: 'PARENT', components: 'PARENT' },
  ComponentHealth: {
    name: 'PARENT',
    engine: 'PARENT',
    state: 'PARENT',
    latencyMs: 'PARENT',
    detail: 'PARENT',
  },
  ReembeddingPayload: { reembedding: 'PARENT' },
  Reembedding: {
    state: 'PARENT',
    from: 'PARENT',
    to: 'PARENT',
    done: 'PARENT',
    total: 'PARENT',
    refused: 'PARENT',
    problem: 'PARENT',
    startedAt: 'PARENT',
    switchedAt: 'PARENT',
    finishedAt: 'PARENT',
  },
  EmbedderFingerprint: { fingerprint: 'PARENT', dimensions: 'PARENT' },
  Viewer: { subject: 'PARENT', tenant: 'PARENT', scopes: 'PARENT' },
};
