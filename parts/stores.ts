/** Where facts live: one line an engine. With `models.ts`, `backups.ts` and `graph-servers.ts`, the only file that names adapters. */

import { join } from 'node:path';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import { createEmbeddedContentStore } from '../stores/content/embedded/embedded-content-store.ts';
import { createFolderContentStore } from '../stores/content/folder/folder-content-store.ts';
import { createBoltGraphStore } from '../stores/graph/bolt/bolt-graph-store.ts';
import { createEmbeddedGraphStore } from '../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import type { Servers } from '../stores/graph/standby/servers.ts';
import { createStandbyGraphStore } from '../stores/graph/standby/standby-graph-store.ts';
import { createEmbeddedVectorStore } from '../stores/vectors/embedded/embedded-vector-store.ts';
import { createQdrantVectorStore } from '../stores/vectors/qdrant/qdrant-vector-store.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import { createGraphServers } from './graph-servers.ts';

export interface Stores {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  /** Behind the graph, where it has a standby. */
  readonly graphServers?: Servers | null;
}

export function createStores(
  config: Config,
  { secrets, log }: { readonly secrets: Secrets; readonly log: Log },
): Stores {
  const primary = createGraphStore(config, secrets, log);
  const graphServers = createGraphServers(config, { primary, secrets, log });
  return {
    graph: graphServers === null ? primary : createStandbyGraphStore(graphServers),
    graphServers,
    content: createContentStore(config),
    vectors: createVectorStore(config, secrets, log),
  };
}

function createGraphStore(config: Config, secrets: Secrets, log: Log): GraphStore {
  switch (config.GRAPH) {
    case 'embedded':
      return createEmbeddedGraphStore({ directory: join(config.DATA_DIR, 'graph'), log });
    case 'bolt':
      return createBoltGraphStore({
        url: config.GRAPH_URL ?? '',
        user: config.GRAPH_USER ?? '',
        password: () => secrets.current('GRAPH_PASSWORD'),
        database: config.GRAPH_DATABASE ?? null,
        viewMs: config.GRAPH_VIEW_MS,
        log,
      });
  }
}

function createVectorStore(config: Config, secrets: Secrets, log: Log): VectorStore {
  switch (config.VECTORS) {
    case 'embedded':
      return createEmbeddedVectorStore({ directory: join(config.DATA_DIR, 'vectors'), log });
    case 'qdrant':
      return createQdrantVectorStore({
        url: config.VECTORS_URL ?? '',
        apiKey: () => secrets.current('VECTORS_API_KEY'),
        log,
      });
  }
}

function createContentStore(config: Config): ContentStore {
  switch (config.CONTENT) {
    case 'embedded':
      return createEmbeddedContentStore({ directory: join(config.DATA_DIR, 'content') });
    case 'folder':
      return createFolderContentStore({ directory: config.CONTENT_DIR ?? join(config.DATA_DIR, 'contents') });
  }
}
