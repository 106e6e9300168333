/**
 * Latency of a search page, one client: `npm run bench:latency -- --data FOLDER`. Through the gateway over HTTP and,
 * in turn with it, the same retrieval called directly, without GraphQL.
 */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createLog } from '../platform/log.ts';
import { percentile } from '../retrieval/evaluate.ts';
import { createRetrieval } from '../retrieval/retrieval.ts';
import { chunksByIds } from '../stores/graph/statements/chunks.ts';
import { documentsByIds } from '../stores/graph/statements/documents.ts';
import { entitiesOfChunks } from '../stores/graph/statements/entities.ts';
import { createLexicalEmbedder } from '../text/embedders/lexical.ts';
import { readQuestionSet } from './question-set.ts';
import { ingestPassages, startApp } from './running-app.ts';

const SEARCH = `query BenchPage($query: String!) {
  search(query: $query, first: 10) {
    hits { rank score chunk { id text document { id title } entities(first: 20) { id name type } } }
  }
}`;
const TENANT = 'default';
const ROUNDS = 4;

const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined)
  throw new Error('Say which set: --data FOLDER with corpus.jsonl and questions.jsonl');
const set = readQuestionSet(values.data);
const running = await startApp();
try {
  await ingestPassages(running.client, 'bench', set.passages);
  const { graph } = running.app.stores;
  const retrieval = createRetrieval({
    ...running.app.stores,
    embedder: createLexicalEmbedder(),
    languageModel: null,
    log: createLog({ level: 'silent' }),
  });
  const direct = async (query: string) => {
    const { hits } = await retrieval.search(
      { tenant: TENANT, query, first: 10 },
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
  const times = { gateway: [] as number[], direct: [] as number[] };
  const measure = async (kind: keyof typeof times, run: () => Promise<unknown>, counts: boolean) => {
    const startedAt = performance.now();
    await run();
    if (counts) times[kind].push(performance.now() - startedAt);
  };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { question } of set.questions) {
      await measure('gateway', () => running.client.run(SEARCH, { query: question }), round > 0);
      await measure('direct', () => direct(question), round > 0);
    }
  }
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}; ${values.data}; ${times.gateway.length} searches each`,
  );
  for (const [kind, all] of Object.entries(times)) {
    console.log(
      `${kind.padEnd(8)} median ${percentile(all, 0.5).toFixed(1)} ms, p95 ${percentile(all, 0.95).toFixed(1)} ms`,
    );
  }
  const ratio = percentile(times.gateway, 0.5) / percentile(times.direct, 0.5);
  console.log(`gateway / direct: ${ratio.toFixed(2)}`);
} finally {
  await running.close();
}
