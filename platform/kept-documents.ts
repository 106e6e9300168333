/**
 * Operations that Apollo Server keeps parsed. Its own store reckons by the size of JSON, of which the objects in memory
 * are a multiple; here a text counts as what it is, and a client that never asks twice the same costs little.
 */

import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

type DocumentStore = Exclude<ApolloServerOptions<object>['documentStore'], null | undefined>;

const DOCUMENTS_MAX = 1_000;
/** Of their texts together. A parsed one takes about fifty bytes a character. */
const CHARACTERS_MAX = 1_000_000;

/** A store of one server. Its documents are shared with whoever is handed them. */
export function keepDocuments(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    max: DOCUMENTS_MAX,
    maxSize: CHARACTERS_MAX,
    sizeCalculation: ({ loc }) => 1 + (loc?.source.body.length ?? 0),
  });
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => {
      documents.set(key, document);
    },
    delete: async (key) => documents.delete(key),
  };
}
