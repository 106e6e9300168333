/** The composition root: what is built out of what. The only file that names adapters. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { connectSubgraph } from './gateway/http-endpoint.ts';
import type { SubgraphEndpoint } from './gateway/subgraph-endpoint.ts';
import { createAnalysis } from './ingestion/analysis.ts';
import { createExclusive } from './ingestion/exclusive.ts';
import { createIngestion } from './ingestion/ingestion.ts';
import { createJobEvents } from './ingestion/job-events.ts';
import { createReconciler } from './ingestion/reconciler.ts';
import { bringIndexesUpToDate } from './ingestion/reindex.ts';
import { uploadRoute } from './ingestion/upload-route.ts';
import { createIngestionWorker } from './ingestion/worker.ts';
import { createLeader } from './operations/leader.ts';
import { createSystemHealth, type SystemHealth } from './operations/system-health.ts';
import { createTokenAuthority, type TokenAuthority } from './platform/auth/token-authority.ts';
import { createCache } from './platform/cache/cache.ts';
import type { Config } from './platform/config.ts';
import { createLog, type Log } from './platform/log.ts';
import type { Part } from './platform/part.ts';
import { createBullQueue } from './platform/queue/bullmq.ts';
import { createInProcessQueue } from './platform/queue/in-process.ts';
import { createRedis } from './platform/redis/redis.ts';
import { createRedisChannel } from './platform/redis/redis-channel.ts';
import { createRetrieval } from './retrieval/retrieval.ts';
import type { ContentStore } from './stores/content/content-store.ts';
import { createEmbeddedContentStore } from './stores/content/embedded/embedded-content-store.ts';
import { createEmbeddedGraphStore } from './stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from './stores/graph/graph-store.ts';
import { createLocalLeases } from './stores/graph/leases/local-leases.ts';
import { createEmbeddedVectorStore } from './stores/vectors/embedded/embedded-vector-store.ts';
import type { VectorStore } from './stores/vectors/vector-store.ts';
import { adminSubgraph } from './subgraphs/admin/index.ts';
import { documentsSubgraph } from './subgraphs/documents/index.ts';
import { retrievalSubgraph } from './subgraphs/retrieval/index.ts';
import { type ServedSubgraph, serveSubgraph } from './subgraphs/serve-http.ts';
import { createSubgraph, type Subgraph } from './subgraphs/serve-subgraph.ts';
import { traversalSubgraph } from './subgraphs/traversal/index.ts';
import type { Embedder } from './text/embedder.ts';
import { cacheQueries, QUERY_EMBEDDINGS, vectorCodec } from './text/embedders/cached-queries.ts';
import { createLexicalEmbedder } from './text/embedders/lexical.ts';
import { createOnnxEmbedder } from './text/embedders/onnx.ts';
import { createOpenAiEmbedder } from './text/embedders/openai.ts';
import type { Extractor } from './text/extractor.ts';
import { createLlmExtractor } from './text/extractors/llm.ts';
import type { LanguageModel } from './text/language-model.ts';
import { type ClosableLanguageModel, createOpenAiLanguageModel } from './text/language-models/openai.ts';
import { createTokenBudget, type TokenBudget } from './text/token-budget.ts';

export const VERSION = String(
  (JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string })
    .version,
);
const SUPERGRAPH = new URL('./schema/supergraph.graphql', import.meta.url);
/** Threads that read documents. The graph and the indexes have threads of their own. */
const ANALYSIS_THREADS = 1;
/** Jobs whose spending is remembered while they run. */
const JOBS_BUDGETED_MAX = 1_000;

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
  const shared = createShared(config, log);
  const embedder = createEmbedder(config, shared);
  const languageModel = createLanguageModel(config);
  const write = createWritePath(config, stores, { embedder, languageModel, ...shared }, log);
  const retrieval = createRetrieval({ ...stores, embedder, languageModel, log });
  const health = createSystemHealth({
    version: VERSION,
    probes: [...Object.values(stores), write.worker, ...(shared.redis === null ? [] : [shared.redis])],
  });

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
      for (const one of [shared.redis, shared.channel, shared.queue]) one?.open();
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
      await write.leader.start();
      await gateway.start();
    },
    close: async () => {
      await gateway?.close();
      await Promise.all(served.map((part) => part.close()));
      await write.leader.close();
      await write.worker.close();
      await Promise.all([
        closeShared(shared),
        embedder.close(),
        stores.graph.close(),
        stores.content.close(),
        stores.vectors.close(),
      ]);
    },
  };
}

/** What several processes share, in Redis where it is configured, and else what one process needs instead. */
function createShared(config: Config, log: Log) {
  const { REDIS_URL: url, REDIS_PREFIX: prefix } = config;
  if (url === undefined) return { redis: null, queue: createInProcessQueue(), channel: null };
  const redis = createRedis({ url, log });
  return {
    redis,
    queue: createBullQueue({ redis, prefix, name: 'ingestion', log }),
    channel: createRedisChannel({ redis, name: `${prefix}:job-events` }),
  };
}

type Shared = ReturnType<typeof createShared>;

async function closeShared({ redis, queue, channel }: Shared): Promise<void> {
  await queue.close();
  channel?.close();
  redis?.close();
}

function createEmbedder(config: Config, { redis }: Shared): Embedder {
  const embedder = createBareEmbedder(config);
  // Hashing words is quicker than asking any cache.
  if (config.EMBEDDER === 'lexical') return embedder;
  const shared = redis === null ? null : { redis, prefix: config.REDIS_PREFIX };
  return cacheQueries(embedder, createCache({ name: QUERY_EMBEDDINGS, codec: vectorCodec, shared }));
}

function createBareEmbedder(config: Config): Embedder {
  const prefixes = {
    queryPrefix: config.EMBEDDER_QUERY_PREFIX,
    passagePrefix: config.EMBEDDER_PASSAGE_PREFIX,
  };
  const model = config.EMBEDDER_MODEL ?? '';
  switch (config.EMBEDDER) {
    case 'lexical':
      return createLexicalEmbedder();
    case 'onnx':
      return createOnnxEmbedder({ folder: model, ...prefixes });
    case 'openai':
      return createOpenAiEmbedder({
        url: config.EMBEDDER_URL ?? '',
        model,
        apiKey: config.EMBEDDER_API_KEY,
        ...prefixes,
      });
  }
}

/** Null where none is configured: nothing then asks a model for anything. */
function createLanguageModel(config: Config): ClosableLanguageModel | null {
  if (config.LLM_URL === undefined || config.LLM_MODEL === undefined) return null;
  return createOpenAiLanguageModel({
    url: config.LLM_URL,
    model: config.LLM_MODEL,
    apiKey: config.LLM_API_KEY,
    timeoutMs: config.LLM_TIMEOUT_MS,
  });
}

async function openVectors(vectors: VectorStore, embedder: Embedder): Promise<void> {
  await vectors.open(await embedder.open());
}

function createWritePath(
  config: Config,
  stores: Stores,
  {
    embedder,
    languageModel,
    queue,
    channel,
  }: Shared & { readonly embedder: Embedder; readonly languageModel: LanguageModel | null },
  log: Log,
) {
  const events = createJobEvents({ channel });
  // One process has the embedded graph to itself. Several, on a graph they share, take `createGraphLeases`.
  const leases = createLocalLeases(stores);
  const exclusive = createExclusive(leases);
  const tools = {
    ...stores,
    embedder,
    analysis: createAnalysis({ threads: ANALYSIS_THREADS }),
    exclusive,
    modelExtractor: createModelExtractor(config, languageModel),
    now: () => new Date(),
    onStep: events.publish,
  };
  const worker = createIngestionWorker({
    tools,
    graph: stores.graph,
    queue,
    events,
    log,
    beforeFirst: (signal) => bringIndexesUpToDate({ ...stores, embedder, exclusive, leases, log }, signal),
  });
  const leader = createLeader({
    leases,
    duties: [createReconciler({ graph: stores.graph, queue, now: tools.now, log })],
    log,
  });
  const limits = {
    documentsMax: config.INGEST_DOCUMENTS_MAX,
    documentBytesMax: config.DOCUMENT_BYTES_MAX,
    uploadBytesMax: config.UPLOAD_BYTES_MAX,
  };
  const ingestion = createIngestion({
    ...tools,
    limits,
    events,
    asksModel: tools.modelExtractor !== null,
    queue,
    log,
  });
  return { ingestion, worker, leader, limits };
}

/** One extractor a job, each with the job's own budget. */
function createModelExtractor(
  config: Config,
  model: LanguageModel | null,
): ((jobId: string) => Extractor) | null {
  if (model === null || !config.LLM_EXTRACTION) return null;
  const budgets = new LRUCache<string, TokenBudget>({ max: JOBS_BUDGETED_MAX });
  return (jobId) => {
    const budget = budgets.get(jobId) ?? createTokenBudget(config.LLM_JOB_TOKENS_MAX);
    budgets.set(jobId, budget);
    return createLlmExtractor({ model, budget });
  };
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
