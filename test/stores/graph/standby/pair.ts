/** Two real Neo4j servers and a real Redis, and processes on them: each with connections and knowledge of its own. */

import { createHash } from 'node:crypto';
import { edgePages, nodePages } from '../../../../operations/move/pages.ts';
import { canonical } from '../../../../operations/move/summary.ts';
import { createLog } from '../../../../platform/log.ts';
import { createRedis } from '../../../../platform/redis/redis.ts';
import { createRedisRegister } from '../../../../platform/redis/redis-register.ts';
import { type GraphStore, statement } from '../../../../stores/graph/graph-store.ts';
import { createServers, type Servers } from '../../../../stores/graph/standby/servers.ts';
import { createStandbyGraphStore } from '../../../../stores/graph/standby/standby-graph-store.ts';
import { createRedisWitness } from '../../../../stores/graph/standby/witness.ts';
import { INDEXES } from '../../../../stores/graph/statements/schema.ts';
import { CARRIED_EDGES, type CarriedEdge } from '../../../../stores/graph/statements/transfer.ts';
import { boltStore, emptyGraph, runRaw } from '../../../servers/bolt-graph.ts';
import { type BoltServer, type RunningNeo4j, startNeo4j } from '../../../servers/neo4j.ts';
import { type RedisServer, startRedis } from '../../../servers/redis.ts';

/** Bounds that are short enough to be waited for, but for the one that a filling on a busy machine must not reach. */
export const SHORT = {
  lookEveryMs: 200,
  permitMs: 5_000,
  detachAfterMs: 4_000,
  heldMs: 300_000,
  settleMs: 20_000,
};

export interface Pair {
  readonly one: RunningNeo4j;
  readonly two: RunningNeo4j;
  readonly redis: RedisServer;
  close(): Promise<void>;
}

export async function startPair(): Promise<Pair> {
  const [one, two, redis] = await Promise.all([startNeo4j(), startNeo4j(), startRedis()]);
  return {
    one,
    two,
    redis,
    close: async () => {
      await Promise.all([one.close(), two.close(), redis.close()]);
    },
  };
}

/** As on the first day; what a test killed is started again. */
export async function emptyPair({ one, two, redis }: Pair): Promise<void> {
  for (const server of [one, two]) await runRaw(server, 'RETURN 1').catch(() => server.restart());
  await Promise.all([emptyGraph(one), emptyGraph(two), redis.command('FLUSHALL')]);
}

export interface Process {
  readonly servers: Servers;
  readonly graph: GraphStore;
  close(): Promise<void>;
}

export interface ProcessOptions {
  readonly one: BoltServer;
  readonly two: BoltServer;
  readonly redisUrl: string | null;
  /** By default short enough to be waited for, but for those that are given; null: as in production. */
  readonly bounds?: Partial<typeof SHORT> | null;
}

/** One process of an installation on the pair, open. */
export async function openProcess({ one, two, redisUrl, bounds: given }: ProcessOptions): Promise<Process> {
  const log = createLog({ level: process.env.TEST_LOG === undefined ? 'silent' : 'debug' });
  const bounds = { connectionTimeoutMs: 1_000, acquisitionTimeoutMs: 2_000, log };
  const register =
    redisUrl === null
      ? null
      : createRedisRegister({ redis: createRedis({ url: redisUrl, log }), key: 'test:graph' });
  const servers = createServers({
    first: boltStore(one, bounds),
    second: boltStore(two, bounds),
    witness: register === null ? null : createRedisWitness(register),
    log,
    ...(given === null ? {} : { ...SHORT, ...given }),
  });
  const graph = createStandbyGraphStore(servers);
  await graph.open();
  return { servers, graph, close: () => graph.close() };
}

/** Counts in a node, so that a write that is done twice is seen, and says which writes there were. */
export function tally(key: string, write: number) {
  return statement(
    'test.tally',
    `MERGE (n:Entity {id: $id}) SET n.value = coalesce(n.value, 0) + 1
     MERGE (m:Entity {id: $write}) SET m.times = coalesce(m.times, 0) + 1
     RETURN n.value AS value`,
    { id: `tally ${key}`, write: `write ${key} ${write}` },
    (row) => Number(row.value),
  );
}

export function tallied(key: string) {
  return statement(
    'test.tallied',
    'MATCH (n:Entity {id: $id}) RETURN n.value AS value',
    { id: `tally ${key}` },
    (row) => Number(row.value),
  );
}

/** How often each write was done, by its key and number. */
export async function talliesOn(server: BoltServer): Promise<ReadonlyMap<string, number>> {
  const rows = await runRaw(
    server,
    `MATCH (n:Entity) WHERE n.id STARTS WITH 'write ' RETURN n.id AS id, n.times AS times`,
  );
  return new Map(rows.map(({ id, times }) => [String(id).slice('write '.length), Number(times)]));
}

/** The checksum of every node and edge on a server, whatever server it is. */
export async function checksumOf(server: BoltServer): Promise<string> {
  const store = boltStore(server);
  await store.open();
  const hash = createHash('sha256');
  const { signal } = new AbortController();
  try {
    for (const label of Object.keys(INDEXES) as (keyof typeof INDEXES)[])
      for await (const nodes of nodePages(store, label as 'Entity', signal))
        for (const { properties } of nodes) hash.update(`${label} ${canonical(properties)}\n`);
    for (const edge of Object.keys(CARRIED_EDGES) as CarriedEdge[])
      for await (const edges of edgePages(store, edge, signal))
        for (const line of edges
          .map(({ source, target, properties }) => `${source} ${target} ${canonical(properties)}`)
          .toSorted())
          hash.update(`${edge} ${line}\n`);
  } finally {
    await store.close();
  }
  return hash.digest('hex');
}

/** Asks until it holds; whoever waits in vain is stopped by the time limit of the test. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
