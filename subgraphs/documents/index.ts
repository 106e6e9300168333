/** The documents subgraph: collections, documents, chunks, and the way in. */

import { readSubgraphSchema } from '../read-schema.ts';
import type { SubgraphDefinition } from '../subgraph.ts';
import { createDocumentsLoaders, type DocumentsLoaders, type DocumentsRooms } from './loaders.ts';
import { bounded, permissions } from './permissions.ts';
import { createDocumentsResolvers } from './resolvers.ts';

export const schema = readSubgraphSchema(new URL('./', import.meta.url));

export function documentsSubgraph(rooms: DocumentsRooms): SubgraphDefinition<DocumentsLoaders> {
  return {
    name: 'documents',
    schema,
    permissions,
    bounded,
    resolvers: createDocumentsResolvers(rooms),
    createLoaders: (request) => createDocumentsLoaders(rooms, request),
  };
}
