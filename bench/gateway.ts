/**
 * What federation costs: `npm run bench:gateway`. One search page is asked of Trellis's gateway, of one Apollo Server
 * over the same resolvers without federation, and of stock `@apollo/gateway` with its subgraphs in process and over
 * loopback HTTP. Each is one process on one core, all answer from the same recording, and they take turns.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import autocannon from 'autocannon';
import { createDevelopmentToken } from '../cli/token.ts';
import { percentile } from '../retrieval/evaluate.ts';
import { readArguments } from './arguments.ts';
import { type Recording, recordReads, recordSearches } from './gateway/recording.ts';
import type { VariantName } from './gateway/variants.ts';
import type { BenchPassage } from './question-set.ts';
import { printReport } from './report.ts';
import { ingestPassages, startApp } from './running-app.ts';

const FIRST = 10;
const OPERATION = `query BenchPage($query: String!) {
  search(query: $query, first: ${FIRST}) {
    hits { rank score chunk { id text document { id title } entities(first: 20) { id name type } } }
  }
}`;
const QUESTIONS = [
  'Who was the adviser of the scientist after whom PageRank is named?',
  'What did Tommy Flowers design?',
  'Which award did the author of the paper on the relational model receive?',
  'Who proved that no walk crosses each bridge of Königsberg once?',
];
const SAMPLES = new URL('../samples/documents/', import.meta.url);
const TENANT = 'default';
const CLIENTS = 8;
const TIMEOUT_SECONDS = 60;
const VARIANTS: readonly VariantName[] = ['trellis', 'monolith', 'stock in process', 'stock over HTTP'];

const values = readArguments({
  rounds: { type: 'string', default: '7' },
  /** In each turn; the first turn, which warms the server up, is three times as long and does not count. */
  requests: { type: 'string', default: '500' },
});
const WARM_UP = 3;
const rounds = Number(values.rounds);
const directory = await mkdtemp(join(tmpdir(), 'trellis-bench-gateway-'));
const servers: Server[] = [];
try {
  const recordingPath = join(directory, 'recording.json');
  await writeFile(recordingPath, JSON.stringify(await record()));
  const keys = join(directory, 'keys');
  for (const name of VARIANTS) servers.push(await startServer(name, recordingPath, keys));
  const token = await createDevelopmentToken(keys, {});
  await compareAnswers(servers, token);
  for (const server of servers) await load(server, token, WARM_UP * Number(values.requests));
  const turns: ReadonlyMap<string, Turn>[] = [];
  for (let round = 0; round < rounds; round++) turns.push(await takeTurns(token, round));
  report(turns);
} finally {
  for (const { child } of servers) child.disconnect();
  await rm(directory, { recursive: true, force: true });
}

/** What the engines answer to the operation, on the sample collection. */
async function record(): Promise<Recording> {
  const reads: Record<string, readonly unknown[]> = {};
  const running = await startApp(
    {},
    { wrapStores: (stores) => ({ ...stores, graph: recordReads(stores.graph, reads) }) },
  );
  try {
    await ingestPassages(running.client, 'bench', await samples());
    for (const query of QUESTIONS) await running.client.run(OPERATION, { query });
    const searches = await recordSearches(running.app.stores, TENANT, QUESTIONS, FIRST);
    return { reads, searches };
  } finally {
    await running.close();
  }
}

async function samples(): Promise<readonly BenchPassage[]> {
  const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.md'));
  return Promise.all(
    names.map(async (name) => ({ id: name, text: await readFile(new URL(name, SAMPLES), 'utf8') })),
  );
}

interface Server {
  readonly name: VariantName;
  readonly url: string;
  readonly child: ChildProcess;
}

async function startServer(name: VariantName, recording: string, keys: string): Promise<Server> {
  const child = fork(new URL('./gateway/variant-process.ts', import.meta.url), [name, recording, keys], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start`))),
  ])) as [{ readonly url: string }];
  return { name, url: new URL('/graphql', message.url).href, child };
}

/** Servers that answer differently do not do the same work. */
async function compareAnswers([first, ...others]: readonly Server[], token: string): Promise<void> {
  for (const query of QUESTIONS) {
    const expected = first === undefined ? undefined : await ask(first, token, query);
    for (const other of others) {
      if (!isDeepStrictEqual(await ask(other, token, query), expected))
        throw new Error(`${other.name} answers "${query}" differently`);
    }
  }
}

async function ask({ name, url }: Server, token: string, query: string): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: headersOf(token), body: bodyOf(query) });
  const answer = (await response.json()) as { readonly data?: unknown; readonly errors?: unknown };
  if (answer.errors !== undefined || !answer.data)
    throw new Error(`${name} does not answer: ${JSON.stringify(answer.errors)}`);
  return answer.data;
}

interface Turn {
  readonly perSecond: number;
  /** Of the server's process for one request. */
  readonly cpuMs: number;
}

/** Each server once, every round beginning with another one. */
async function takeTurns(token: string, round: number): Promise<ReadonlyMap<string, Turn>> {
  const turns = new Map<string, Turn>();
  for (let at = 0; at < servers.length; at++) {
    const server = servers[(at + round) % servers.length];
    if (server !== undefined) turns.set(server.name, await load(server, token, Number(values.requests)));
  }
  return turns;
}

async function load({ name, url, child }: Server, token: string, amount: number): Promise<Turn> {
  const before = await cpuMsOf(child);
  const startedAt = performance.now();
  const result = await autocannon({
    url,
    connections: CLIENTS,
    amount,
    timeout: TIMEOUT_SECONDS,
    method: 'POST',
    headers: headersOf(token),
    requests: QUESTIONS.map((query) => ({ body: bodyOf(query) })),
  });
  if (result.non2xx + result.errors > 0)
    throw new Error(`${name} failed ${result.non2xx + result.errors} times`);
  const seconds = (performance.now() - startedAt) / 1_000;
  const requests = result['2xx'];
  return {
    perSecond: requests / seconds,
    cpuMs: ((await cpuMsOf(child)) - before) / requests,
  };
}

async function cpuMsOf(child: ChildProcess): Promise<number> {
  const answered = once(child, 'message');
  child.send('cpu');
  const [{ cpu }] = (await answered) as [{ readonly cpu: NodeJS.CpuUsage }];
  return (cpu.user + cpu.system) / 1_000;
}

function headersOf(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
}

function bodyOf(query: string): string {
  return JSON.stringify({ query: OPERATION, variables: { query } });
}

function report(turns: readonly ReadonlyMap<string, Turn>[]): void {
  const median = (of: (turn: ReadonlyMap<string, Turn>) => number) => percentile(turns.map(of), 0.5);
  const figureOf = (name: VariantName, figure: keyof Turn) => (turn: ReadonlyMap<string, Turn>) =>
    turn.get(name)?.[figure] ?? Number.NaN;
  const against = (name: VariantName) =>
    median((turn) => figureOf(name, 'cpuMs')(turn) / figureOf('trellis', 'cpuMs')(turn));
  printReport(
    {
      bench: 'gateway',
      setting: [
        `a search page of ${FIRST} hits with text, document and entities; ${CLIENTS} clients`,
        `medians of ${turns.length} rounds of ${values.requests} requests; ratios are taken round by round`,
        'every server is one process, with NODE_ENV=production, and answers from the same recording of the engines',
        'ratios are of requests per second of CPU time: what one core does when nothing else runs on it',
      ],
      figures: [
        ...VARIANTS.flatMap((name) => [
          { name, value: median((turn) => 1_000 / figureOf(name, 'cpuMs')(turn)), unit: 'requests/CPU s' },
          { name: `${name}, by the clock`, value: median(figureOf(name, 'perSecond')), unit: 'requests/s' },
        ]),
        { name: 'trellis / monolith', value: against('monolith'), unit: '×', atLeast: 0.7 },
        { name: 'trellis / stock in process', value: against('stock in process'), unit: '×' },
        { name: 'trellis / stock over HTTP', value: against('stock over HTTP'), unit: '×', atLeast: 4 },
      ],
    },
    values,
  );
}
