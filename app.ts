/** The composition root: what is built out of what. The only file that names adapters. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { connectSubgraph } from './gateway/http-endpoint.ts';
import type { SubgraphEndpoint } from './gateway/subgraph-endpoint.ts';
import { createAnalysis } from './ingestion/analysis.ts';
import { createExclusive } from './ingestion/exclusive.ts';
import { createIngestion } from './ingestion/ingestion.ts';
import { createJobEvents } from './ingestion/job-events.ts';
import { bringIndexesUpToDate } from './ingestion/reindex.ts';
import { uploadRoute } from './ingestion/upload-route.ts';
import { createIngestionWorker } from './ingestion/worker.ts';
import { createSystemHealth, type SystemHealth } from './operations/system-health.ts';
import { createTokenAuthority, type TokenAuthority } from './platform/auth/token-authority.ts';
import type { Config } from './platform/config.ts';
import { createLog, type Log } from './platform/log.ts';
import type { Part } from './platform/part.ts';
import { createRetrieval } from './retrieval/retrieval.ts';
import type { ContentStore } from './stores/content/content-store.ts';
import { createEmbeddedContentStore } from './stores/content/embedded/embedded-content-store.ts';
import { createEmbeddedGraphStore } from './stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from './stores/graph/graph-store.ts';
import { createEmbeddedVectorStore } from './stores/vectors/embedded/embedded-vector-store.ts';
import type { VectorStore } from './stores/vectors/vector-store.ts';
import { adminSubgraph } from './subgraphs/admin/index.ts';
import { documentsSubgraph } from './subgraphs/documents/index.ts';
import { retrievalSubgraph } from './subgraphs/retrieval/index.ts';
import { type ServedSubgraph, serveSubgraph } from './subgraphs/serve-http.ts';
import { createSubgraph, type Subgraph } from './subgraphs/serve-subgraph.ts';
import { traversalSubgraph } from './subgraphs/traversal/index.ts';
import type { Embedder } from './text/embedder.ts';
import { createLexicalEmbedder } from './text/embedders/lexical.ts';

export const VERSION = String(
  (JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string })
    .version,
);
const SUPERGRAPH = new URL('./schema/supergraph.graphql', import.meta.url);
/** Threads that read documents. The graph and the indexes have threads of their own. */
const ANALYSIS_THREADS = 1;

export interface Stores {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
}

export interface App extends Part {
  readonly stores: Stores;
  readonly authority: TokenAuthority;
  readonly health: SystemHealth;
  /** Where the gateway listens, once started. */
  url(): string;
}

export interface AppOptions {
  /** Puts something between the rooms and the stores, such as a counter of calls. */
  readonly wrapStores?: (stores: Stores) => Stores;
}

export function createApp(config: Config, options: AppOptions = {}): App {
  const log = createLog({ level: config.LOG_LEVEL });
  const at = (name: string) => join(config.DATA_DIR, name);
  const opened: Stores = {
    graph: createEmbeddedGraphStore({ directory: at('graph'), log }),
    content: createEmbeddedContentStore({ directory: at('content') }),
    vectors: createEmbeddedVectorStore({ directory: at('vectors'), log }),
  };
  const stores = options.wrapStores?.(opened) ?? opened;
  const authority = createTokenAuthority({ directory: at('keys') });
  const embedder = createEmbedder(config);
  const write = createWritePath(config, stores, embedder, log);
  const retrieval = createRetrieval({ ...stores, embedder, languageModel: null, log });
  const health = createSystemHealth({ version: VERSION, probes: [...Object.values(stores), write.worker] });

  const subgraphs: readonly Subgraph[] = [
    createSubgraph(documentsSubgraph({ ...stores, ingestion: write.ingestion }), { authority, log }),
    createSubgraph(traversalSubgraph(stores), { authority, log }),
    createSubgraph(retrievalSubgraph({ retrieval, graph: stores.graph }), { authority, log }),
    createSubgraph(adminSubgraph({ health }), { authority, log }),
  ];
  const served =
    config.SUBGRAPH_TRANSPORT === 'http'
      ? subgraphs.map((subgraph, index) => serveOne(config, subgraph, index, log))
      : [];
  let gateway: Gateway | null = null;

  return {
    name: 'trellis',
    stores,
    authority,
    health,
    url: () => gateway?.url() ?? '',
    start: async () => {
      await authority.open();
      await Promise.all([stores.graph.open(), stores.content.open(), openVectors(stores.vectors, embedder)]);
      await Promise.all(served.map((part) => part.start()));
      gateway = createGateway({
        ...gatewaySettings(config),
        supergraph: readFileSync(SUPERGRAPH, 'utf8'),
        endpoints: endpointsOf(subgraphs, served),
        authority,
        log,
        ready: async () => (await health.report()).components,
        routes: [uploadRoute({ ingestion: write.ingestion, limits: write.limits })],
      });
      await write.worker.start();
      await gateway.start();
    },
    close: async () => {
      await gateway?.close();
      await Promise.all(served.map((part) => part.close()));
      await write.worker.close();
      await Promise.all([
        embedder.close(),
        stores.graph.close(),
        stores.content.close(),
        stores.vectors.close(),
      ]);
    },
  };
}

function createEmbedder(_config: Config): Embedder {
  return createLexicalEmbedder();
}

async function openVectors(vectors: VectorStore, embedder: Embedder): Promise<void> {
  await vectors.open(await embedder.open());
}

function createWritePath(config: Config, stores: Stores, embedder: Embedder, log: Log) {
  const events = createJobEvents();
  const tools = {
    ...stores,
    embedder,
    analysis: createAnalysis({ threads: ANALYSIS_THREADS }),
    exclusive: createExclusive(),
    modelExtractor: null,
    now: () => new Date(),
    onStep: events.publish,
  };
  const worker = createIngestionWorker({
    tools,
    graph: stores.graph,
    events,
    log,
    beforeFirst: (signal) => bringIndexesUpToDate({ ...stores, embedder, log }, signal),
  });
  const limits = {
    documentsMax: config.INGEST_DOCUMENTS_MAX,
    documentBytesMax: config.DOCUMENT_BYTES_MAX,
    uploadBytesMax: config.UPLOAD_BYTES_MAX,
  };
  const ingestion = createIngestion({ ...tools, limits, events, asksModel: false, enqueue: worker.enqueue });
  return { ingestion, worker, limits };
}

function serveOne(config: Config, subgraph: Subgraph, index: number, log: Log): ServedSubgraph {
  return serveSubgraph(subgraph, {
    host: '127.0.0.1',
    port: config.SUBGRAPH_PORT === 0 ? 0 : config.SUBGRAPH_PORT + index,
    timeoutMs: config.REQUEST_TIMEOUT_MS,
    bodyBytesMax: config.REQUEST_BYTES_MAX,
    log,
  });
}

/** In memory where the gateway shares the process with the subgraphs, over HTTP where it is told so. */
function endpointsOf(
  subgraphs: readonly Subgraph[],
  served: readonly ServedSubgraph[],
): readonly SubgraphEndpoint[] {
  return served.length === 0
    ? subgraphs
    : served.map((part) => connectSubgraph({ name: part.name, url: part.url() }));
}

function gatewaySettings(config: Config) {
  return {
    host: config.HOST,
    port: config.PORT,
    development: config.MODE === 'development',
    corsOrigins: config.CORS_ORIGINS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    requestBytesMax: config.REQUEST_BYTES_MAX,
    queryDepthMax: config.QUERY_DEPTH_MAX,
  };
}
