/**
 * Retrieval quality through the API: `npm run bench:retrieval -- --data FOLDER [--triples]`.
 * Recall of the fused search beside that of the keyword arm alone, in the same run, with the same settings for
 * every set. No model is used.
 */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Client } from '../cli/client.ts';
import { mean, percentile, recallAt } from '../retrieval/evaluate.ts';
import { readQuestionSet } from './question-set.ts';
import { ingestPassages, startApp } from './running-app.ts';

const SEARCH = `query BenchSearch($query: String!, $arms: [SearchArm!]) {
  search(query: $query, first: 30, arms: $arms) { hits { chunk { document { key } } } }
}`;
const DEPTHS = [2, 5, 10];
const ALL_GOLD_DEPTH = 8;

const { values } = parseArgs({
  options: { data: { type: 'string' }, triples: { type: 'boolean', default: false } },
});
if (values.data === undefined)
  throw new Error('Say which set: --data FOLDER with corpus.jsonl and questions.jsonl');
const set = readQuestionSet(values.data);
const running = await startApp();
try {
  const seconds = await ingestPassages(
    running.client,
    'bench',
    set.passages,
    values.triples ? set.triples : new Map(),
  );
  console.log(
    `${cpus().length} × ${cpus()[0]?.model}; ${values.data}${values.triples ? ' with triples' : ''}`,
  );
  console.log(
    `ingested ${set.passages.length} passages in ${seconds.toFixed(1)} s: ${Math.round(set.passages.length / seconds)} passages/s`,
  );
  console.log(
    ['', ...DEPTHS.map((k) => `R@${k}`), `all@${ALL_GOLD_DEPTH}`, 'median ms']
      .map((cell) => cell.padStart(10))
      .join(''),
  );
  await report('keyword', ['KEYWORD']);
  await report('graph', ['GRAPH']);
  await report('fused', undefined);
} finally {
  await running.close();
}

async function report(name: string, arms: readonly string[] | undefined): Promise<void> {
  const rankings: (readonly string[])[] = [];
  const times: number[] = [];
  for (const { question } of set.questions) {
    const startedAt = performance.now();
    rankings.push(await rankedKeys(running.client, question, arms));
    times.push(performance.now() - startedAt);
  }
  const recall = (k: number) =>
    mean(set.questions.map(({ gold }, at) => recallAt(rankings[at] ?? [], gold, k)));
  const complete = mean(
    set.questions.map(({ gold }, at) => (recallAt(rankings[at] ?? [], gold, ALL_GOLD_DEPTH) === 1 ? 1 : 0)),
  );
  const cells = [...DEPTHS.map(recall), complete].map((value) => (value * 100).toFixed(1));
  console.log([name, ...cells, percentile(times, 0.5).toFixed(1)].map((cell) => cell.padStart(10)).join(''));
}

/** A passage counts once, by its best chunk. */
async function rankedKeys(
  client: Client,
  query: string,
  arms: readonly string[] | undefined,
): Promise<readonly string[]> {
  const { search } = await client.run<{
    readonly search: {
      readonly hits: readonly { readonly chunk: { readonly document: { readonly key: string } } }[];
    };
  }>(SEARCH, { query, ...(arms === undefined ? {} : { arms }) });
  return [...new Set(search.hits.map(({ chunk }) => chunk.document.key))];
}
