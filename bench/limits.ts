/**
 * What limits refuse of clients that keep to them: `npm run bench:limits`. Each client sends nine tenths of its limit at
 * moments of a Poisson process, over HTTP: to one gateway, to three that share a real Redis, and to the same three while
 * that Redis is frozen. A count by the minute is played through for the same moments.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { NO_LIMITS } from '../gateway/limits/allowances.ts';
import { createLog } from '../platform/log.ts';
import { createRedis } from '../platform/redis/redis.ts';
import { startTestGateway, type TestGateway } from '../test/gateway/harness.ts';
import { startRedis } from '../test/servers/redis.ts';
import { readArguments } from './arguments.ts';
import { printReport } from './report.ts';

const values = readArguments({
  /** That count, after a minute in which the buckets come to be as they usually are. */
  seconds: { type: 'string', default: '180' },
  clients: { type: 'string', default: '12' },
});
const SETTLING_MS = 60_000;
const PACE = 0.9;
const GATEWAYS = 3;
/** 60 searches a minute at 21 points, and 300 look-ups at 1. */
const KINDS = [
  { name: 'searches', query: '{ search(query: "x", first: 1) { tookMs } }', cost: 21, limit: 1_260 },
  { name: 'look-ups', query: '{ entity(id: "1") { id } }', cost: 1, limit: 300 },
] as const;
type Kind = (typeof KINDS)[number];

interface Seen {
  sent: number;
  refused: number;
  /** Refused by a count that begins anew each minute. */
  byTheMinute: number;
}

const log = createLog({ level: 'silent' });
const server = await startRedis();
const redis = createRedis({ url: server.url, log });
try {
  const alone = await measure('one', 1);
  const several = await measure('several', GATEWAYS);
  const away = await measure('away', GATEWAYS, () => server.freeze());
  const figures = [
    ...figuresOf('one gateway', alone, 1),
    ...figuresOf(`${GATEWAYS} gateways over Redis`, several, 1),
    ...figuresOf(`${GATEWAYS} gateways, Redis frozen`, away),
  ];
  const total = [alone, several].flatMap((kinds) => [...kinds.values()]);
  const byTheMinute = percent(sum(total.map((seen) => seen.byTheMinute)), sum(total.map(({ sent }) => sent)));
  printReport(
    {
      bench: 'limits',
      setting: [
        `${values.clients} clients of each kind, each at ${PACE * 100} % of its own limit, Poisson arrivals, over HTTP`,
        `${values.seconds} s, after ${SETTLING_MS / 1_000} s that do not count`,
        ...KINDS.map(({ name, cost, limit }) => `${name}: ${cost} points each, ${limit} in a minute`),
      ],
      figures: [
        ...figures,
        { name: 'a count by the minute, at the same moments', value: byTheMinute, unit: '% refused' },
      ],
    },
    values,
  );
} finally {
  server.thaw();
  redis.close();
  await server.close();
}

/** What each kind of client saw. */
async function measure(
  prefix: string,
  count: number,
  afterSettling: () => void = () => undefined,
): Promise<ReadonlyMap<string, Seen>> {
  const gateways: TestGateway[] = [];
  for (const { limit } of KINDS)
    for (let at = 0; at < count; at++)
      gateways.push(
        await startTestGateway({
          limits: { ...NO_LIMITS, tenant: limit },
          shared: { redis, prefix: `${prefix}-${limit}` },
        }),
      );
  try {
    // Each has found Redis, and heard of the others.
    await delay(6_000);
    const seen = new Map<string, Seen>(
      KINDS.map(({ name }) => [name, { sent: 0, refused: 0, byTheMinute: 0 }]),
    );
    const countFrom = performance.now() + SETTLING_MS;
    const end = countFrom + Number(values.seconds) * 1_000;
    const settled = delay(SETTLING_MS).then(afterSettling);
    const clients = KINDS.flatMap((kind, at) =>
      Array.from({ length: Number(values.clients) }, (_, client) =>
        keepPace(gateways.slice(at * count, (at + 1) * count), kind, `${kind.name}-${client}`, {
          countFrom,
          end,
          seen: seen.get(kind.name) as Seen,
        }),
      ),
    );
    await Promise.all([settled, ...clients]);
    return seen;
  } finally {
    for (const gateway of gateways) await gateway.close();
  }
}

interface Course {
  /** On the process's own clock, in ms. */
  readonly countFrom: number;
  readonly end: number;
  readonly seen: Seen;
}

/** One client: a tenant of its own, whose every request goes to another gateway. */
async function keepPace(
  gateways: readonly TestGateway[],
  { query, cost, limit }: Kind,
  tenant: string,
  { countFrom, end, seen }: Course,
): Promise<void> {
  const tokens = await Promise.all(
    gateways.map((gateway) => gateway.token({ tenant, lifetimeSeconds: 3_600 })),
  );
  const meanMs = (60_000 * cost) / (limit * PACE);
  const under: Promise<void>[] = [];
  const window = { from: 0, points: 0 };
  let at = performance.now();
  for (let turn = 0; ; turn++) {
    at += -Math.log(1 - Math.random()) * meanMs;
    if (at >= end) break;
    await delay(Math.max(0, at - performance.now()));
    if (at - window.from > 60_000) Object.assign(window, { from: at, points: 0 });
    window.points += cost;
    const counts = at >= countFrom;
    if (counts) seen.sent++;
    if (counts && window.points > limit) seen.byTheMinute++;
    const which = turn % gateways.length;
    const authorization = `Bearer ${tokens[which]}`;
    const answer = gateways[which]?.ask(query, {}, { authorization }).then(({ status }) => {
      if (status !== 200 && status !== 429) throw new Error(`a gateway answered with ${status}`);
      if (counts && status === 429) seen.refused++;
    });
    if (answer !== undefined) under.push(answer);
  }
  await Promise.all(under);
}

function figuresOf(name: string, kinds: ReadonlyMap<string, Seen>, atMost?: number) {
  return [...kinds].flatMap(([kind, { sent, refused }]) => [
    {
      name: `${name}, ${kind}`,
      value: percent(refused, sent),
      unit: `% refused of ${sent}`,
      ...(atMost === undefined ? {} : { atMost }),
    },
  ]);
}

function percent(part: number, whole: number): number {
  return (100 * part) / whole;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
