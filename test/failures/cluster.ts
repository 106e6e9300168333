/**
 * Trellis as an operator runs it on servers: each part that may be apart in a process of its own, started by its command
 * line, on a Neo4j and a Redis, and on the Qdrant that `QDRANT_URL` lends. Each can be killed and started again.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartName } from '../../platform/part.ts';
import { type Listening, partUrls, startParts } from '../scenarios/apart.ts';
import { PARTS_APART } from '../scenarios/engines.ts';
import { freePort } from '../servers/free-port.ts';
import { startNeo4j } from '../servers/neo4j.ts';
import { qdrantSettings } from '../servers/qdrant.ts';
import { startRedis } from '../servers/redis.ts';
import { UNLIMITED } from '../unlimited.ts';

/** Something that can be killed: a process with parts, or a server. */
export interface Victim {
  /** The parts that go with it; a server takes none. */
  readonly parts: readonly PartName[];
  /** As `kill -9` does. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** At the same address. Resolves once it is ready for requests. */
  restart(): Promise<void>;
}

export interface Cluster {
  /** Of the gateway. */
  readonly url: string;
  readonly keys: string;
  readonly victims: ReadonlyMap<string, Victim>;
  close(): Promise<void>;
}

/** The processes there will be, known before any of them is started. */
export const PROCESSES: readonly (readonly PartName[])[] = [['gateway'], ...PARTS_APART];

export async function startCluster(): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-cluster-'));
  const [graph, redis] = await Promise.all([startNeo4j(), startRedis()]);
  const places = await Promise.all(
    PROCESSES.map(async (parts) => {
      const port = String(await freePort());
      return { parts, port, url: `http://127.0.0.1:${port}` };
    }),
  );
  const shared = {
    ...(await qdrantSettings()),
    TRELLIS_GRAPH: 'bolt',
    TRELLIS_GRAPH_URL: graph.url,
    TRELLIS_GRAPH_USER: graph.user,
    TRELLIS_GRAPH_PASSWORD: graph.password,
    TRELLIS_CONTENT: 'folder',
    TRELLIS_REDIS_URL: redis.url,
    TRELLIS_DATA_DIR: directory,
    TRELLIS_MODE: 'production',
    ...UNLIMITED,
    TRELLIS_PART_URLS: partUrls(places.map(({ parts, url }) => [parts, { url }])),
  };
  const processes = places.map(({ parts, port }) => toVictim(parts, { ...shared, TRELLIS_PORT: port }));
  const close = async () => {
    await Promise.all(processes.map((victim) => victim.kill()));
    await Promise.all([graph.close(), redis.close()]);
    await rm(directory, { recursive: true, force: true });
  };
  const started = await Promise.allSettled(processes.map((one) => one.restart()));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return {
    url: places.find(({ parts }) => parts.includes('gateway'))?.url ?? '',
    keys: join(directory, 'keys'),
    victims: new Map<string, Victim>([
      ...processes.map((victim) => [victim.parts.join(', '), victim] as const),
      ['Redis', { parts: [], kill: redis.kill, restart: redis.restart }],
      ['Neo4j', { parts: [], kill: graph.kill, restart: graph.restart }],
    ]),
    close,
  };
}

function toVictim(parts: readonly PartName[], environment: Readonly<Record<string, string>>): Victim {
  let running: Listening | null = null;
  return {
    parts,
    kill: async () => running?.stop('SIGKILL'),
    restart: async () => {
      running = await startParts(parts, environment);
    },
  };
}
