/**
 * What a standby of the graph costs writers: the same writes to a graph on one real Neo4j and to one on two, in turns in
 * one run, so that whatever else the machine does falls on both. `npm run bench:standby -- --rounds 12`.
 */

import { randomUUID } from 'node:crypto';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { type CarriedNode, putNodes } from '../stores/graph/statements/transfer.ts';
import { boltStore } from '../test/servers/bolt-graph.ts';
import { startNeo4j } from '../test/servers/neo4j.ts';
import { openProcess, startPair } from '../test/stores/graph/standby/pair.ts';
import { readArguments } from './arguments.ts';
import { type Figure, printReport } from './report.ts';

const values = readArguments({ rounds: { type: 'string', default: '12' } });
/** The first, while the servers warm up, do not count. */
const WARMING_ROUNDS = 3;
const TEXT =
  'Ada Lovelace wrote to Charles Babbage of the engine that he had drawn and nobody had built. '.repeat(9);

/** As a step of a job writes, as a batch of the worker does, and as several callers do at once. */
const KINDS = [
  { name: 'one node', nodes: 1, writes: 40, atOnce: 1 },
  { name: '200 passages', nodes: 200, writes: 8, atOnce: 1 },
  { name: 'one node, 8 at once', nodes: 1, writes: 160, atOnce: 8 },
] as const;
type Kind = (typeof KINDS)[number];

/** What a side came to, over all rounds. */
interface Seen {
  readonly perSecond: number[];
  /** Of each write, in ms. */
  readonly times: number[];
}
const nothing = (): Seen => ({ perSecond: [], times: [] });

const [pair, single] = await Promise.all([startPair(), startNeo4j()]);
const alone = boltStore(single);
const both = await openProcess({ one: pair.one, two: pair.two, redisUrl: pair.redis.url, bounds: null });
try {
  await alone.open();
  await both.servers.roles.reseed({ onProgress: () => undefined });
  await both.servers.roles.attach(new AbortController().signal);
  const seen = KINDS.map((kind) => ({ kind, alone: nothing(), both: nothing() }));
  for (let round = -WARMING_ROUNDS; round < Number(values.rounds); round++)
    for (const { kind, ...sides } of seen) {
      // Each goes first in every other round.
      const turns = [() => measure(alone, kind, sides.alone), () => measure(both.graph, kind, sides.both)];
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
      if (round < 0)
        for (const { perSecond, times } of Object.values(sides)) perSecond.length = times.length = 0;
    }
  const mode = both.servers.keeper.view().epoch?.standby;
  if (mode !== 'ATTACHED')
    throw new Error(`The standby is ${mode} in the end, so what was measured is not it.`);
  printReport(
    {
      bench: 'standby',
      setting: [
        'two Neo4j and a Redis, the standby attached, beside one Neo4j; all on this machine',
        `medians of ${values.rounds} rounds after ${WARMING_ROUNDS} that do not count; p50 and p99 of all their writes`,
      ],
      figures: seen.flatMap(figuresOf),
    },
    values,
  );
} finally {
  await Promise.all([alone.close(), both.close()]);
  await Promise.all([pair.close(), single.close()]);
}

async function measure(graph: GraphStore, kind: Kind, seen: Seen): Promise<void> {
  let left: number = kind.writes;
  const work = async () => {
    while (left-- > 0) {
      const startedAt = performance.now();
      await graph.write([putNodes('Chunk', Array.from({ length: kind.nodes }, chunk))]);
      seen.times.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: kind.atOnce }, work));
  seen.perSecond.push((kind.writes * 1_000) / (performance.now() - startedAt));
}

function chunk(): CarriedNode {
  const id = randomUUID();
  return { id, properties: { id, tenant: 'acme', documentId: 'doc', index: 0, text: TEXT, digest: id } };
}

function figuresOf(seen: {
  readonly kind: Kind;
  readonly alone: Seen;
  readonly both: Seen;
}): readonly Figure[] {
  const ratios = seen.both.perSecond.map((rate, at) => rate / (seen.alone.perSecond[at] ?? Number.NaN));
  const rows = [
    ['writes/s', '', ({ perSecond }: Seen) => share(perSecond, 0.5), share(ratios, 0.5)],
    ['p50', 'ms', ({ times }: Seen) => share(times, 0.5)],
    ['p99', 'ms', ({ times }: Seen) => share(times, 0.99)],
  ] as const;
  return rows.flatMap(([name, unit, of, ratio = of(seen.both) / of(seen.alone)]) => [
    { name: `${seen.kind.name}: ${name} without a standby`, value: of(seen.alone), unit },
    { name: `${seen.kind.name}: ${name} with one`, value: of(seen.both), unit },
    { name: `${seen.kind.name}: ${name}, ratio`, value: ratio, unit: '×' },
  ]);
}

/** What so large a share of the numbers does not pass. */
function share(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
