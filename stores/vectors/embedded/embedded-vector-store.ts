/** The embedded search indexes behind the port: LanceDB and SQLite FTS5 in a worker thread. */

import { Problem, toProblem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { Log } from '../../../platform/log.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { startWorker, type WorkerClient } from '../../../platform/worker-call.ts';
import type { VectorStore } from '../vector-store.ts';
import type { SearchIndex } from './search-index.ts';

/** Small files are folded together once changes have paused for this long, in ms. */
const OPTIMIZE_AFTER_MS = 300;

type IndexApi = { [Method in keyof SearchIndex]: SearchIndex[Method] };

export function createEmbeddedVectorStore(options: {
  readonly directory: string;
  readonly log: Log;
}): VectorStore {
  let worker: WorkerClient<IndexApi> | null = null;
  let engine = 'lancedb and sqlite fts5 (embedded)';
  let timer: NodeJS.Timeout | undefined;
  const opened = () => {
    if (worker === null)
      throw new Problem(
        'UNAVAILABLE',
        'The search indexes are not open. Try again once Trellis has started.',
      );
    return worker.call;
  };
  const optimize = async () =>
    worker?.call
      .optimize()
      .catch((error: unknown) =>
        options.log.error({ engine: 'vectors', error }, 'The indexes could not be optimised.'),
      );

  return {
    open: async (embedder) => {
      const started = startWorker<IndexApi>(
        new URL('./search-index.worker.ts', import.meta.url),
        options.directory,
      );
      try {
        const { dropped } = await started.call.open(embedder);
        if (dropped)
          options.log.warn(
            { engine: 'vectors' },
            'The indexes had an older layout; they are rebuilt from the graph.',
          );
        engine = `lancedb and sqlite ${await started.call.version()} fts5 (embedded)`;
        worker = started;
      } catch (error) {
        await started.terminate();
        throw error;
      }
    },
    apply: async (changes) => {
      const removal = await opened().apply(changes);
      clearTimeout(timer);
      timer = setTimeout(() => void optimize(), OPTIMIZE_AFTER_MS).unref();
      return removal;
    },
    searchDense: async (queries, boundary, signal) =>
      answerOrCancel(opened().searchDense(queries, boundary), signal),
    searchKeyword: async (queries, boundary, signal) =>
      answerOrCancel(opened().searchKeyword(queries, boundary), signal),
    countPhrases: async (phrases, tenant, limit, signal) =>
      answerOrCancel(opened().countPhrases(phrases, tenant, limit), signal),
    vectors: async (chunkIds, tenant) => opened().vectors(chunkIds, tenant),
    matching: async (documentIds, boundary) => new Set(await opened().matching(documentIds, boundary)),
    revision: async () => opened().revision(),
    recordRevision: async (revision) => opened().recordRevision(revision),
    health: () => probeHealth('vectors', engine, async () => opened().revision()),
    close: async () => {
      const closing = worker;
      worker = null;
      clearTimeout(timer);
      if (closing === null) return;
      await closing.call.close();
      await closing.terminate();
    },
  };
}

/** Lets the caller go when it gives up; the search itself is short and runs to its end. */
function answerOrCancel<Value>(call: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  return untilAborted(call, signal).catch((error: unknown) => {
    throw signal?.aborted ? toProblem(error) : error;
  });
}
