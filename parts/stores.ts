/**
 * Where facts live: one line an engine. With `models.ts`, `backups.ts`, `graph-servers.ts` and `drop-namespace.ts`, the only
 * file that names adapters.
 */

import { join } from 'node:path';
import type { EmbedderIdentity } from '../model/embedding.ts';
import { FIRST_NAMESPACE, type Namespace } from '../model/namespace.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import { createEmbeddedContentStore } from '../stores/content/embedded/embedded-content-store.ts';
import { createFolderContentStore } from '../stores/content/folder/folder-content-store.ts';
import { createBoltGraphStore } from '../stores/graph/bolt/bolt-graph-store.ts';
import { createEmbeddedGraphStore } from '../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { createServedGraphStore } from '../stores/graph/served-graph-store.ts';
import type { Servers } from '../stores/graph/standby/servers.ts';
import { createStandbyGraphStore } from '../stores/graph/standby/standby-graph-store.ts';
import { createEmbeddedVectorStore } from '../stores/vectors/embedded/embedded-vector-store.ts';
import { createGraphLedger } from '../stores/vectors/mirrored/graph-ledger.ts';
import type { Mirror } from '../stores/vectors/mirrored/mirror.ts';
import {
  createMirroredVectorStore,
  type MirroredVectorStore,
} from '../stores/vectors/mirrored/mirrored-vector-store.ts';
import { createQdrantVectorStore } from '../stores/vectors/qdrant/qdrant-vector-store.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import { createGraphServers } from './graph-servers.ts';

export interface Stores {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  /** The two sides of the vectors; null where there is only one. */
  readonly mirror: Mirror | null;
  /** Behind the graph, where it has a standby. */
  readonly graphServers?: Servers | null;
}

export interface StoresOptions {
  readonly secrets: Secrets;
  /** Which of several installations on the same servers these are of; the first by default. */
  readonly namespace?: Namespace;
  /**
   * Another one is served than this, so that a write was refused. Where it is left out writes ask for nothing: of
   * commands that have the engines to themselves, and of what is being restored.
   */
  readonly onOther?: () => void;
  readonly log: Log;
}

export function createStores(config: Config, options: StoresOptions): Stores {
  const { secrets, namespace = FIRST_NAMESPACE, onOther, log } = options;
  const tools = { secrets, namespace, log };
  const own = createGraphStore(config, tools);
  const follows = config.GRAPH_STANDBY_URL === undefined;
  const fenced = (store: GraphStore) =>
    config.GRAPH === 'embedded' || onOther === undefined
      ? store
      : createServedGraphStore(store, { namespace, onOther, follows });
  const first = fenced(own);
  const graphServers = createGraphServers(config, { first, fenced, secrets, log });
  const graph = graphServers === null ? first : createStandbyGraphStore(graphServers);
  const side = createVectorStore(config, tools);
  const mirrored = mirrorOf(config, { primary: side, graph, secrets, log });
  return {
    graph,
    graphServers,
    content: createContentStore(config, namespace),
    vectors: mirrored ?? side,
    mirror: mirrored?.mirror ?? null,
  };
}

type Tools = Required<Omit<StoresOptions, 'onOther'>>;

/** Where the graph server is. */
export function graphAddress(config: Config, { secrets, log }: Pick<Tools, 'secrets' | 'log'>) {
  return {
    url: config.GRAPH_URL ?? '',
    user: config.GRAPH_USER ?? '',
    password: () => secrets.current('GRAPH_PASSWORD'),
    database: config.GRAPH_DATABASE ?? null,
    log,
  };
}

/** Where the server of the vectors is. */
export function vectorsAddress(config: Config, { secrets }: Pick<Tools, 'secrets'>) {
  return { url: config.VECTORS_URL ?? '', apiKey: () => secrets.current('VECTORS_API_KEY') };
}

export function contentsFolder({ CONTENT_DIR, DATA_DIR }: Pick<Config, 'CONTENT_DIR' | 'DATA_DIR'>): string {
  return CONTENT_DIR ?? join(DATA_DIR, 'contents');
}

/** Where embedded engines have their folders. */
export function engineFolder({ DATA_DIR }: Pick<Config, 'DATA_DIR'>, namespace: Namespace): string {
  return namespace === FIRST_NAMESPACE ? DATA_DIR : join(DATA_DIR, 'namespaces', namespace);
}

function createGraphStore(config: Config, tools: Tools): GraphStore {
  const { namespace, log } = tools;
  switch (config.GRAPH) {
    case 'embedded':
      return createEmbeddedGraphStore({ directory: join(engineFolder(config, namespace), 'graph'), log });
    case 'bolt':
      return createBoltGraphStore({
        ...graphAddress(config, tools),
        viewMs: config.GRAPH_VIEW_MS,
        namespace,
      });
  }
}

function createVectorStore(config: Config, tools: Tools): VectorStore {
  const { namespace, log } = tools;
  switch (config.VECTORS) {
    case 'embedded':
      return createEmbeddedVectorStore({ directory: join(engineFolder(config, namespace), 'vectors'), log });
    case 'qdrant':
      return createQdrantVectorStore({ ...vectorsAddress(config, tools), namespace, log });
  }
}

/** Null where the index is not mirrored. */
function mirrorOf(
  config: Config,
  {
    primary,
    graph,
    secrets,
    log,
  }: {
    readonly primary: VectorStore;
    readonly graph: GraphStore;
    readonly secrets: Secrets;
    readonly log: Log;
  },
): MirroredVectorStore | null {
  if (config.VECTORS !== 'qdrant' || config.VECTORS_STANDBY_URL === undefined) return null;
  const standby = createQdrantVectorStore({
    url: config.VECTORS_STANDBY_URL,
    apiKey: () => secrets.current('VECTORS_STANDBY_API_KEY'),
    log,
  });
  return createMirroredVectorStore({ primary, standby, ledger: createGraphLedger(graph), log });
}

function createContentStore(config: Config, namespace: Namespace): ContentStore {
  switch (config.CONTENT) {
    case 'embedded':
      return createEmbeddedContentStore({ directory: join(engineFolder(config, namespace), 'content') });
    case 'folder':
      return createFolderContentStore({ directory: contentsFolder(config), namespace });
  }
}

/** Opens all of them, for vectors of this embedder, or none: what is open when one fails is closed again. */
export async function openAll(
  stores: Stores,
  embedder: EmbedderIdentity | null,
): Promise<Stores & { close(): Promise<void> }> {
  const { graph, content, vectors } = stores;
  const close = async () => {
    await Promise.all([graph.close(), content.close(), vectors.close()]);
  };
  try {
    await Promise.all([graph.open(), content.open(), vectors.open(embedder)]);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...stores, close };
}
