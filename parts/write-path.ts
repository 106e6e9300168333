/** The write path: taking documents in, and the worker that indexes them. They share a process or only the graph. */

import { createAnalysis } from '../ingestion/analysis.ts';
import { createExclusive } from '../ingestion/exclusive.ts';
import { createIngestion, type Ingestion } from '../ingestion/ingestion.ts';
import { createJobEvents } from '../ingestion/job-events.ts';
import type { IngestionLimits } from '../ingestion/limits.ts';
import { bringIndexesUpToDate } from '../ingestion/reindex.ts';
import { createIngestionWorker, type IngestionWorker } from '../ingestion/worker.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Embedder } from '../text/embedder.ts';
import type { LanguageModel } from '../text/language-model.ts';
import { createModelExtractor } from './models.ts';
import type { Stores } from './stores.ts';

/** Threads that read documents. The graph and the indexes have threads of their own. */
const ANALYSIS_THREADS = 1;

export interface WritePath {
  readonly ingestion: Ingestion;
  readonly worker: IngestionWorker;
  readonly limits: IngestionLimits;
}

export interface WritePathTools {
  readonly stores: Stores;
  readonly embedder: Embedder;
  readonly languageModel: LanguageModel | null;
  /** Whether the worker is in this process: else a job waits on disk until the reconciler of one finds it. */
  readonly works: boolean;
  readonly log: Log;
}

export function createWritePath(config: Config, tools: WritePathTools): WritePath {
  const { stores, embedder, languageModel, works, log } = tools;
  const events = createJobEvents();
  const batchTools = {
    ...stores,
    embedder,
    analysis: createAnalysis({ threads: ANALYSIS_THREADS }),
    exclusive: createExclusive(),
    modelExtractor: createModelExtractor(config, languageModel),
    now: () => new Date(),
    onStep: events.publish,
  };
  const worker = createIngestionWorker({
    tools: batchTools,
    graph: stores.graph,
    events,
    log,
    drainMs: config.DRAIN_MS,
    beforeFirst: (signal) => bringIndexesUpToDate({ ...stores, embedder, log }, signal),
  });
  const limits = {
    documentsMax: config.INGEST_DOCUMENTS_MAX,
    documentBytesMax: config.DOCUMENT_BYTES_MAX,
    uploadBytesMax: config.UPLOAD_BYTES_MAX,
  };
  const ingestion = createIngestion({
    ...batchTools,
    limits,
    events,
    asksModel: batchTools.modelExtractor !== null,
    enqueue: works ? worker.enqueue : () => undefined,
  });
  return { ingestion, worker, limits };
}
