/** Who may read what in the admin subgraph. */

import type { BoundTable, PermissionTable } from '../subgraph.ts';

export const permissions: PermissionTable = {
  Query: {
    health: 'admin:read',
    viewer: 'AUTHENTICATED',
    apiKey: 'admin:keys',
    apiKeys: 'admin:keys',
    keyGrants: 'GATEWAY',
    signingKeys: 'admin:*',
  },
  Mutation: {
    createApiKey: 'admin:keys',
    rotateApiKey: 'admin:keys',
    revokeApiKey: 'admin:keys',
    noteKeyUses: 'GATEWAY',
    rotateSigningKey: 'admin:*',
    revokeSigningKey: 'admin:*',
  },
  Health: { state: 'PARENT', version: 'PARENT', components: 'PARENT' },
  ComponentHealth: {
    name: 'PARENT',
    engine: 'PARENT',
    state: 'PARENT',
    latencyMs: 'PARENT',
    detail: 'PARENT',
  },
  Viewer: { subject: 'PARENT', tenant: 'PARENT', scopes: 'PARENT', collections: 'PARENT', apiKey: 'PARENT' },
  ApiKey: {
    id: 'PARENT',
    name: 'PARENT',
    kind: 'PARENT',
    start: 'PARENT',
    state: 'PARENT',
    scopes: 'PARENT',
    collections: 'PARENT',
    limits: 'PARENT',
    createdAt: 'PARENT',
    createdBy: 'PARENT',
    expiresAt: 'PARENT',
    lastUsedAt: 'PARENT',
    rotatedAt: 'PARENT',
    previousUntil: 'PARENT',
    revokedAt: 'PARENT',
  },
  ApiKeyLimits: { requestsPerMinute: 'PARENT', costPerMinute: 'PARENT' },
  ApiKeyConnection: { edges: 'PARENT', nodes: 'PARENT', pageInfo: 'PARENT' },
  ApiKeyEdge: { cursor: 'PARENT', node: 'PARENT' },
  ApiKeySecretPayload: { key: 'PARENT', secret: 'PARENT' },
  RevokeApiKeyPayload: { key: 'PARENT' },
  SigningKey: {
    id: 'PARENT',
    algorithm: 'PARENT',
    state: 'PARENT',
    createdAt: 'PARENT',
    currentAt: 'PARENT',
    keptUntil: 'PARENT',
    revokedAt: 'PARENT',
  },
  SigningKeysPayload: { signingKeys: 'PARENT' },
  KeyGrant: {
    id: 'PARENT',
    tenant: 'PARENT',
    refusal: 'PARENT',
    scopes: 'PARENT',
    collections: 'PARENT',
    requestsPerMinute: 'PARENT',
    costPerMinute: 'PARENT',
    expiresAt: 'PARENT',
  },
};

/** Credentials that are bound to collections administer nothing; they may ask what they are. */
export const bounded: BoundTable = {
  Query: ['viewer'],
  Viewer: Object.keys(permissions['Viewer'] ?? {}),
  ApiKey: Object.keys(permissions['ApiKey'] ?? {}),
  ApiKeyLimits: Object.keys(permissions['ApiKeyLimits'] ?? {}),
};
