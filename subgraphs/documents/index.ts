/** The documents subgraph: collections, documents, chunks, and the way in. */

import { readFileSync } from 'node:fs';
import type { SubgraphDefinition } from '../subgraph.ts';
import { createDocumentsLoaders, type DocumentsLoaders, type DocumentsRooms } from './loaders.ts';
import { permissions } from './permissions.ts';
import { createDocumentsResolvers } from './resolvers.ts';

export const schema = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

export function documentsSubgraph(rooms: DocumentsRooms): SubgraphDefinition<DocumentsLoaders> {
  return {
    name: 'documents',
    schema,
    permissions,
    resolvers: createDocumentsResolvers(rooms),
    createLoaders: (request) => createDocumentsLoaders(rooms, request),
  };
}
