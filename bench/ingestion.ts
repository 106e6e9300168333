/**
 * Ingestion end to end through the API: `npm run bench:ingestion -- --data FOLDER [--times 10]`. The set is ingested
 * once by GraphQL, until every passage can be found, beside the floor of what any such system has to do with the
 * same texts: insert them into SQLite's full-text index. With `--times`, a process of its own then takes the set that
 * often in one streamed `POST /ingest`, under other keys and names, and says how its memory grew.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readArguments, readData } from './arguments.ts';
import type { GrowthStep } from './ingestion/growth-process.ts';
import { type Figure, printReport } from './report.ts';
import { ingestPassages, startApp } from './running-app.ts';

/** On two cores that do nothing else. */
const PASSAGES_PER_SECOND_MIN = 400;
/** The cores of the promise, and of the machine where it has fewer. */
const CORES = Math.min(2, availableParallelism());
const MEGABYTE = 2 ** 20;

const values = readArguments({
  data: { type: 'string' },
  times: { type: 'string', default: '0' },
});
const { passages } = readData(values.data);
const figures: Figure[] = [...(await measureOnce())];
if (Number(values.times) > 1) figures.push(...(await measureGrowth(Number(values.times))));
printReport(
  {
    bench: 'ingestion',
    setting: [
      `${passages.length} passages, parsed, cut, extracted by rules, embedded, indexed and written, from the first call until all can be found`,
      `"at full speed" is what ${CORES} cores do when nothing else runs on them and all of the work divides: passages by CPU time`,
    ],
    figures,
  },
  values,
);

/** The floor is taken before and after, so that neither side has the quieter half of the time. */
async function measureOnce(): Promise<readonly Figure[]> {
  const floorBefore = await floorSeconds();
  const running = await startApp();
  try {
    const cpuBefore = process.cpuUsage();
    const seconds = await ingestPassages(running.client, 'bench', passages);
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuSeconds = (user + system) / 1e6;
    const floor = (floorBefore + (await floorSeconds())) / 2;
    return [
      { name: 'by the clock', value: passages.length / seconds, unit: 'passages/s' },
      { name: 'cores that this process got', value: cpuSeconds / seconds, unit: '' },
      {
        name: 'at full speed',
        value: (CORES * passages.length) / cpuSeconds,
        unit: 'passages/s',
        atLeast: PASSAGES_PER_SECOND_MIN,
      },
      { name: 'CPU time / that of a bare full-text index', value: cpuSeconds / floor, unit: '×' },
      { name: 'peak memory (RSS)', value: process.resourceUsage().maxRSS / 1_024, unit: 'MB' },
    ];
  } finally {
    await running.close();
  }
}

/** CPU seconds to put the same texts into FTS5, committed in batches as large as ours. */
async function floorSeconds(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-bench-floor-'));
  const database = new DatabaseSync(join(directory, 'floor.sqlite'));
  const before = process.cpuUsage();
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE VIRTUAL TABLE posting USING fts5(title, text, tokenize='porter unicode61 remove_diacritics 2')`);
  const insert = database.prepare('INSERT INTO posting (title, text) VALUES (?, ?)');
  for (let at = 0; at < passages.length; at += 64) {
    database.exec('BEGIN');
    for (const { title = '', text } of passages.slice(at, at + 64)) insert.run(title, text);
    database.exec('COMMIT');
  }
  const { user, system } = process.cpuUsage(before);
  database.close();
  await rm(directory, { recursive: true, force: true });
  return (user + system) / 1e6;
}

/** Memory before, and after each time the set went through. */
async function measureGrowth(times: number): Promise<readonly Figure[]> {
  const child = fork(new URL('./ingestion/growth-process.ts', import.meta.url), [
    values.data ?? '',
    String(times),
  ]);
  const steps: GrowthStep[] = [];
  child.on('message', (step) => steps.push(step as GrowthStep));
  const [code] = await once(child, 'exit');
  const [start, ...rest] = steps;
  const [first, last] = [rest[0], rest.at(-1)];
  if (code !== 0 || start === undefined || first === undefined || last === undefined)
    throw new Error(`the process that ingests ${times} times ended with ${code}`);
  const perPassage = (bytes: number) => bytes / passages.length / 1_024;
  const more = last.passages / passages.length - 1;
  return [
    { name: 'streamed in one upload', value: last.passages, unit: 'passages' },
    { name: 'memory when idle', value: start.rss / MEGABYTE, unit: 'MB' },
    { name: 'memory once the set is in', value: first.rss / MEGABYTE, unit: 'MB' },
    { name: 'memory at the end', value: last.rss / MEGABYTE, unit: 'MB' },
    {
      name: 'highest JavaScript heap',
      value: Math.max(...rest.map(({ heap }) => heap)) / MEGABYTE,
      unit: 'MB',
    },
    { name: 'growth a passage', value: perPassage((last.rss - first.rss) / more), unit: 'kB' },
    {
      name: 'of it the graph, reopened alone',
      value: perPassage((last.graphBytes ?? 0) / (more + 1)),
      unit: 'kB',
    },
  ];
}
