/** One index in its folder, open: LanceDB and SQLite FTS5 in a worker thread. */

import type { EmbedderIdentity } from '../../../model/embedding.ts';
import { toProblem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { startWorker } from '../../../platform/worker-call.ts';
import type { OpenIndex } from '../two-indexes.ts';
import type { SearchIndex } from './search-index.ts';

/** Small files are folded together once changes have paused for this long, in ms. */
const OPTIMIZE_AFTER_MS = 300;

type IndexApi = { [Method in keyof SearchIndex]: SearchIndex[Method] };

export async function openIndexFolder(
  directory: string,
  asked: EmbedderIdentity | null,
  log: Log,
): Promise<OpenIndex & { readonly version: string }> {
  const worker = startWorker<IndexApi>(new URL('./search-index.worker.ts', import.meta.url), directory);
  const { call } = worker;
  let timer: NodeJS.Timeout | undefined;
  /** Searches that run: whoever asked may have the answer, whatever becomes of the index. */
  const underWay = new Set<Promise<unknown>>();
  const answer = <Value>(asked: Promise<Value>, signal?: AbortSignal): Promise<Value> => {
    const done = asked.catch(() => undefined).finally(() => underWay.delete(done));
    underWay.add(done);
    return answerOrCancel(asked, signal);
  };
  const optimize = () =>
    call
      .optimize()
      .catch((error: unknown) =>
        log.error({ engine: 'vectors', error }, 'The indexes could not be optimised.'),
      );

  try {
    const { embedder, dropped } = await call.open(asked);
    if (dropped)
      log.warn({ engine: 'vectors' }, 'The indexes had an older layout; they are rebuilt from the graph.');
    const version = await call.version();
    return {
      embedder,
      version,
      claim: () => call.claim(),
      apply: async (changes) => {
        const removal = await call.apply(changes);
        clearTimeout(timer);
        timer = setTimeout(() => void optimize(), OPTIMIZE_AFTER_MS).unref();
        return removal;
      },
      searchDense: (queries, boundary, signal) => answer(call.searchDense(queries, boundary), signal),
      searchKeyword: (queries, boundary, signal) => answer(call.searchKeyword(queries, boundary), signal),
      countPhrases: (phrases, inside, limit, signal) =>
        answer(call.countPhrases(phrases, inside, limit), signal),
      vectors: (chunkIds, tenant) => answer(call.vectors(chunkIds, tenant)),
      missingVectors: (page) => call.missingVectors(page),
      matching: async (documentIds, boundary) => new Set(await answer(call.matching(documentIds, boundary))),
      examine: (tenant, expected) => answer(call.examine(tenant, expected)),
      held: (tenant, page) => answer(call.held(tenant, page)),
      tenants: async () => call.tenants(),
      size: () => call.size(),
      revision: () => call.revision(),
      recordRevision: (revision) => call.recordRevision(revision),
      close: async () => {
        clearTimeout(timer);
        await Promise.allSettled(underWay);
        await worker.close();
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** Lets the caller go when it gives up; the search itself is short and runs to its end. */
function answerOrCancel<Value>(call: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  return untilAborted(call, signal).catch((error: unknown) => {
    throw signal?.aborted ? toProblem(error) : error;
  });
}
