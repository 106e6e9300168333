/**
 * Retrieval quality through the API: `npm run bench:retrieval -- --data FOLDER [--triples] [--titles none]`.
 * Recall of the fused search beside that of each arm alone, in the same run, with the same settings for every set.
 * No model is used.
 */

import { basename } from 'node:path';
import type { Client } from '../cli/client.ts';
import { Problem, toProblem } from '../platform/errors.ts';
import { mean, percentile, recallAt } from '../retrieval/evaluate.ts';
import { readArguments, readData } from './arguments.ts';
import type { BenchPassage } from './question-set.ts';
import { type Figure, printReport } from './report.ts';
import { ingestPassages, startApp } from './running-app.ts';

const SEARCH = `query BenchSearch($query: String!, $arms: [SearchArm!]) {
  search(query: $query, first: 30, arms: $arms) {
    degraded { reason }
    hits { chunk { document { key } } }
  }
}`;
/** Tries of a question whose arms are late on a busy machine: recall is not a matter of speed. */
const TRIES_MAX = 10;
const DEPTHS = [2, 5, 10];
const ALL_GOLD_DEPTH = 8;
const ARMS = { keyword: ['KEYWORD'], graph: ['GRAPH'], fused: undefined } as const;
/** What was promised of the sets that come with the project, by what the figure is called. */
const BOUNDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '2wiki-101': { 'fused R@5': 88, 'fused R@10': 94 },
  'musique-100': { 'fused R@5': 56 },
  'musique-100 with triples': { 'fused R@5': 58 },
};

/** What becomes of the passages' titles, which are names of entities: the set without them is a harder one. */
const TITLES: Readonly<Record<string, (passage: BenchPassage) => BenchPassage>> = {
  keep: (passage) => passage,
  none: ({ title: _, ...passage }) => passage,
  opaque: (passage) => ({ ...passage, title: `Record ${passage.id}` }),
};

const values = readArguments({
  data: { type: 'string' },
  triples: { type: 'boolean', default: false },
  titles: { type: 'string', default: 'keep' },
});
const set = readData(values.data);
const retitle = TITLES[values.titles];
if (retitle === undefined) throw new Error(`--titles is one of ${Object.keys(TITLES).join(', ')}`);
const name = `${basename(values.data ?? '')}${values.triples ? ' with triples' : ''}`;

let repeated = 0;

const running = await startApp();
try {
  const passages = set.passages.map(retitle);
  const knowledge = values.triples ? set.triples : new Map();
  const seconds = await ingestPassages(running.client, 'bench', passages, knowledge);
  const figures: Figure[] = [];
  for (const [arm, arms] of Object.entries(ARMS)) figures.push(...(await measure(arm, arms)));
  printReport(
    {
      bench: 'retrieval',
      setting: [
        `${name}, titles: ${values.titles}; ${passages.length} passages, ${set.questions.length} questions`,
        `ingested in ${seconds.toFixed(1)} s; ${repeated} searches were asked again because an arm was late`,
      ],
      figures: figures.map((figure) => ({ ...figure, ...boundOf(figure, figures) })),
    },
    values,
  );
} finally {
  await running.close();
}

async function measure(arm: string, arms: readonly string[] | undefined): Promise<readonly Figure[]> {
  const rankings: (readonly string[])[] = [];
  const times: number[] = [];
  for (const { question } of set.questions) {
    const startedAt = performance.now();
    rankings.push(await rankedKeys(running.client, question, arms));
    times.push(performance.now() - startedAt);
  }
  const recalls = (k: number) => set.questions.map(({ gold }, at) => recallAt(rankings[at] ?? [], gold, k));
  const complete = recalls(ALL_GOLD_DEPTH).map((recall) => (recall === 1 ? 1 : 0));
  return [
    ...DEPTHS.map((k) => ({ name: `${arm} R@${k}`, value: 100 * mean(recalls(k)), unit: '%' })),
    { name: `${arm} all gold @${ALL_GOLD_DEPTH}`, value: 100 * mean(complete), unit: '%' },
    { name: `${arm} median`, value: percentile(times, 0.5), unit: 'ms' },
  ];
}

/** A set that nothing was promised of has the words alone as its floor, as has one without its titles. */
function boundOf({ name: figure }: Figure, all: readonly Figure[]): { readonly atLeast?: number } {
  const promised = values.titles === 'keep' ? BOUNDS[name] : undefined;
  if (promised !== undefined) {
    const atLeast = promised[figure];
    return atLeast === undefined ? {} : { atLeast };
  }
  const floor = all.find((other) => other.name === figure.replace('fused', 'keyword'));
  return figure.startsWith('fused R@') && floor !== undefined ? { atLeast: floor.value } : {};
}

/** A passage counts once, by its best chunk. A search that had to do without an arm is asked again. */
async function rankedKeys(
  client: Client,
  query: string,
  arms: readonly string[] | undefined,
): Promise<readonly string[]> {
  let reason = '';
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    const result = await client
      .run<SearchAnswer>(SEARCH, { query, ...(arms === undefined ? {} : { arms }) })
      .catch((error: unknown) => toProblem(error));
    if (result instanceof Problem) reason = result.message;
    else if (result.search.degraded.length > 0) reason = result.search.degraded[0]?.reason ?? '';
    else return [...new Set(result.search.hits.map(({ chunk }) => chunk.document.key))];
    repeated++;
  }
  throw new Error(`"${query}" found no whole answer in ${TRIES_MAX} tries: ${reason}`);
}

interface SearchAnswer {
  readonly search: {
    readonly degraded: readonly { readonly reason: string }[];
    readonly hits: readonly { readonly chunk: { readonly document: { readonly key: string } } }[];
  };
}
