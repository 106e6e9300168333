/**
 * The engines side by side: `npm run bench:engines -- --data FOLDER [--passages 1000] [--rounds 2]`. The same passages go
 * into Trellis on its embedded engines and into Trellis on servers, and the same questions are asked of both in turn,
 * through the API. A Neo4j and a Redis are started here (Java 17, Maven and redis-server); `QDRANT_URL` names the Qdrant,
 * whose collections of Trellis are deleted. Without it, vectors are embedded on both sides.
 */

import { percentile } from '../retrieval/evaluate.ts';
import { readArguments, readData } from './arguments.ts';
import { startServers } from './engines/servers.ts';
import type { BenchPassage, QuestionSet } from './question-set.ts';
import { type Figure, printReport } from './report.ts';
import { ingestPassages, startApp } from './running-app.ts';
import { PAGE_HITS, SEARCH_PAGE } from './search-page.ts';

const values = readArguments({
  data: { type: 'string' },
  passages: { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '2' },
});
const set = readData(values.data);
const passages = choosePassages(set, Number(values.passages));

const servers = await startServers();
const apps = { embedded: await startApp(), servers: await startApp(servers.settings) };
type Side = keyof typeof apps;
const SIDES: readonly Side[] = ['embedded', 'servers'];
try {
  const ingested = { embedded: await ingestionRate('embedded'), servers: await ingestionRate('servers') };
  const pairs = await askBoth();
  const whole = pairs.filter((pair) => SIDES.every((side) => isWhole(pair[side])));
  const alike = whole.filter((pair) => pair.embedded.passages === pair.servers.passages);
  printReport(
    {
      bench: 'engines',
      setting: [
        `${passages.length} of ${set.passages.length} passages, those that the questions need among them`,
        `embedded against ${servers.name}, all on this machine; one process of Trellis, one side works at a time`,
        `${pairs.length} searches a side, a page of ${PAGE_HITS} hits with text, title and entities, one client`,
      ],
      figures: [
        ...sideBySide('ingestion', 'passages/s', ingested),
        ...sideBySide('search, median', 'ms', percentiles(pairs, 0.5)),
        ...sideBySide('search, 95 %', 'ms', percentiles(pairs, 0.95)),
        { name: 'searches of both in which no arm was late', value: whole.length, unit: '' },
        {
          name: 'of these, with the same passages in the same order',
          value: (100 * alike.length) / whole.length,
          unit: '%',
        },
      ],
    },
    values,
  );
} finally {
  await Promise.all(SIDES.map((side) => apps[side].close()));
  await servers.close();
}

/** Those that answer the questions first, so that a part of a set can be asked what the whole set is asked. */
function choosePassages({ passages: all, questions }: QuestionSet, count: number): readonly BenchPassage[] {
  const needed = new Set(questions.flatMap(({ gold }) => gold));
  return [...all.filter(({ id }) => needed.has(id)), ...all.filter(({ id }) => !needed.has(id))].slice(
    0,
    count,
  );
}

async function ingestionRate(side: Side): Promise<number> {
  return passages.length / (await ingestPassages(apps[side].client, 'bench', passages));
}

interface Asked {
  readonly ms: number;
  /** Ids in the order of the page. */
  readonly passages: string;
  /** Arms that were late. */
  readonly degraded: number;
}

type Pair = Readonly<Record<Side, Asked>>;

/** The first round warms up and does not count; who begins alternates. */
async function askBoth(): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [at, { question }] of set.questions.entries()) {
      const pair = new Map<Side, Asked>();
      for (const side of (at + round) % 2 === 0 ? SIDES : SIDES.toReversed())
        pair.set(side, await ask(side, question));
      if (round > 0) pairs.push(Object.fromEntries(pair) as Pair);
    }
  }
  return pairs;
}

interface Page {
  readonly search: {
    readonly degraded: readonly unknown[];
    readonly hits: readonly { readonly chunk: { readonly id: string } }[];
  };
}

async function ask(side: Side, query: string): Promise<Asked> {
  const startedAt = performance.now();
  const { search } = await apps[side].client.run<Page>(SEARCH_PAGE, { query });
  const ms = performance.now() - startedAt;
  return {
    ms,
    passages: search.hits.map(({ chunk }) => chunk.id).join(' '),
    degraded: search.degraded.length,
  };
}

function isWhole({ degraded }: Asked): boolean {
  return degraded === 0;
}

function percentiles(pairs: readonly Pair[], share: number): Readonly<Record<Side, number>> {
  const of = (side: Side) =>
    percentile(
      pairs.map((pair) => pair[side].ms),
      share,
    );
  return { embedded: of('embedded'), servers: of('servers') };
}

function sideBySide(name: string, unit: string, sides: Readonly<Record<Side, number>>): readonly Figure[] {
  return [
    { name: `${name}: embedded`, value: sides.embedded, unit },
    { name: `${name}: servers`, value: sides.servers, unit },
    { name: `${name}: servers / embedded`, value: sides.servers / sides.embedded, unit: '×' },
  ];
}
