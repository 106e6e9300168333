/**
 * Latency of a search page, one client: `npm run bench:latency -- --data FOLDER`. Through the gateway over HTTP and,
 * in turn with it, question by question, the same retrieval with the same reads called directly, without GraphQL.
 */

import { createLog } from '../platform/log.ts';
import { percentile } from '../retrieval/evaluate.ts';
import { createRetrieval } from '../retrieval/retrieval.ts';
import { chunksByIds } from '../stores/graph/statements/chunks.ts';
import { documentsByIds } from '../stores/graph/statements/documents.ts';
import { entitiesOfChunks } from '../stores/graph/statements/entities.ts';
import { createLexicalEmbedder } from '../text/embedders/lexical.ts';
import { createEmbedders } from '../text/embedders.ts';
import { readArguments, readData } from './arguments.ts';
import { printReport } from './report.ts';
import { ingestPassages, type RunningApp, startApp } from './running-app.ts';
import { PAGE_HITS, SEARCH_PAGE } from './search-page.ts';

const TENANT = 'default';

const values = readArguments({ data: { type: 'string' }, rounds: { type: 'string', default: '4' } });
const set = readData(values.data);
const running = await startApp();
try {
  await ingestPassages(running.client, 'bench', set.passages);
  const direct = directSearch(running);
  const gateway = (query: string) => running.client.run(SEARCH_PAGE, { query });
  const pairs: { readonly gateway: number; readonly direct: number }[] = [];
  // The first round warms up and does not count. Who begins alternates: the second finds warmer caches.
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [at, { question }] of set.questions.entries()) {
      const gatewayFirst = (at + round) % 2 === 0;
      const first = await timeOf(() => (gatewayFirst ? gateway : direct)(question));
      const second = await timeOf(() => (gatewayFirst ? direct : gateway)(question));
      const pair = gatewayFirst ? { gateway: first, direct: second } : { gateway: second, direct: first };
      if (round > 0) pairs.push(pair);
    }
  }
  const [all, alone] = [pairs.map((pair) => pair.gateway), pairs.map((pair) => pair.direct)];
  printReport(
    {
      bench: 'latency',
      setting: [
        `${set.passages.length} passages; ${pairs.length} pairs of the same question, one client, one after the other`,
        `a page of ${PAGE_HITS} hits with text, document title and entities`,
      ],
      figures: [
        { name: 'gateway, median', value: percentile(all, 0.5), unit: 'ms', atMost: 25 },
        { name: 'gateway, 95 %', value: percentile(all, 0.95), unit: 'ms' },
        { name: 'direct, median', value: percentile(alone, 0.5), unit: 'ms' },
        { name: 'direct, 95 %', value: percentile(alone, 0.95), unit: 'ms' },
        {
          name: 'gateway / direct, medians',
          value: percentile(all, 0.5) / percentile(alone, 0.5),
          unit: '×',
          atMost: 1.5,
        },
        {
          name: 'gateway / direct, median of pairs',
          value: percentile(
            pairs.map((pair) => pair.gateway / pair.direct),
            0.5,
          ),
          unit: '×',
        },
      ],
    },
    values,
  );
} finally {
  await running.close();
}

/** What the gateway's resolvers read for a page, without them. */
function directSearch({ app }: RunningApp): (query: string) => Promise<void> {
  const { graph } = app.stores;
  const retrieval = createRetrieval({
    ...app.stores,
    embedders: createEmbedders(createLexicalEmbedder()),
    languageModel: null,
    log: createLog({ level: 'silent' }),
  });
  return async (query) => {
    const { hits } = await retrieval.search(
      { tenant: TENANT, query, first: PAGE_HITS },
      new AbortController().signal,
    );
    const chunkIds = hits.map(({ chunkId }) => chunkId);
    const documentIds = [...new Set(hits.map(({ documentId }) => documentId))];
    await Promise.all([
      graph.read(chunksByIds(TENANT, chunkIds)),
      graph.read(documentsByIds(TENANT, documentIds)),
      graph.read(entitiesOfChunks(TENANT, chunkIds)),
    ]);
  };
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}
