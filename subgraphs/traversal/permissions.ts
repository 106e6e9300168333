/** Who may read what in the traversal subgraph: everything here is knowledge, so one scope opens it. */

import type { BoundTable, PermissionTable } from '../subgraph.ts';

export const permissions: PermissionTable = {
  Query: {
    entity: 'graph:read',
    entities: 'graph:read',
    path: 'graph:read',
    neighborhood: 'graph:read',
  },
  Entity: {
    __entity: 'graph:read',
    id: 'PARENT',
    name: 'PARENT',
    type: 'PARENT',
    aliases: 'PARENT',
    spellings: 'PARENT',
    description: 'PARENT',
    degree: 'PARENT',
    mentionCount: 'PARENT',
    relationships: 'PARENT',
    mentions: 'PARENT',
    neighbors: 'PARENT',
  },
  Spelling: { text: 'PARENT', reason: 'PARENT' },
  Relationship: {
    __entity: 'graph:read',
    id: 'PARENT',
    source: 'PARENT',
    target: 'PARENT',
    type: 'PARENT',
    description: 'PARENT',
    weight: 'PARENT',
    evidence: 'PARENT',
  },
  Mention: { chunk: 'PARENT', places: 'PARENT' },
  MentionPlace: { text: 'PARENT', start: 'PARENT', end: 'PARENT', reason: 'PARENT' },
  EntityConnection: { edges: 'PARENT', nodes: 'PARENT', pageInfo: 'PARENT', degraded: 'PARENT' },
  EntityEdge: { cursor: 'PARENT', node: 'PARENT' },
  RelationshipConnection: { edges: 'PARENT', nodes: 'PARENT', pageInfo: 'PARENT' },
  RelationshipEdge: { cursor: 'PARENT', node: 'PARENT' },
  MentionConnection: { edges: 'PARENT', nodes: 'PARENT', pageInfo: 'PARENT' },
  MentionEdge: { cursor: 'PARENT', node: 'PARENT' },
  Path: { entities: 'PARENT', relationships: 'PARENT', length: 'PARENT', degraded: 'PARENT' },
  Neighborhood: { entities: 'PARENT', relationships: 'PARENT', truncated: 'PARENT', degraded: 'PARENT' },
  // Documents and chunks are another subgraph's; what they have of the graph asks for its scope field by field.
  Chunk: { __entity: 'AUTHENTICATED', id: 'PARENT', entities: 'graph:read', relationships: 'graph:read' },
  Document: { __entity: 'AUTHENTICATED', id: 'PARENT', entities: 'graph:read' },
};

/** Every fact here is put together from chunks that the principal may read, and from no other. */
export const bounded: BoundTable = Object.fromEntries(
  Object.entries(permissions).map(([type, row]) => [type, Object.keys(row)]),
);
