/** A Redis that fails over: a master, a replica and three Sentinels, all real, each on a port of its own. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { askRedis, REDIS_PROGRAM } from './redis.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const HOST = '127.0.0.1';
const MASTER = 'trellis';
const SENTINELS = 3;
const QUORUM = 2;
const POLL_MS = 50;

/** Started again it is empty, at the same port; Sentinels tell it whom to follow. */
export interface RedisNode extends ServerProcess {
  readonly port: number;
  command(...words: readonly string[]): Promise<unknown>;
}

export interface ReplicatedRedis {
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly name: string;
  readonly nodes: readonly RedisNode[];
  readonly sentinelNodes: readonly Pick<RedisNode, 'command' | 'kill' | 'restart'>[];
  /** The node that is the master now, as the first Sentinel that answers has it. */
  master(): Promise<RedisNode>;
  close(): Promise<void>;
}

export interface ReplicatedRedisOptions {
  /** A node that says nothing for so long is down, in ms. */
  readonly downAfterMs: number;
  /** Of the nodes, and of the Sentinels. */
  readonly password?: string;
  readonly sentinelPassword?: string;
}

export async function startReplicatedRedis(options: ReplicatedRedisOptions): Promise<ReplicatedRedis> {
  const ports = await Promise.all(Array.from({ length: 2 + SENTINELS }, freePort));
  const [masterPort = 0, replicaPort = 0, ...sentinelPorts] = ports;
  const node = (port: number, lines: readonly string[]) =>
    startNode({ port, lines, password: options.password });
  const nodes = [
    await node(masterPort, []),
    await node(replicaPort, [`replicaof ${HOST} ${masterPort}`]),
  ] as const;
  await until(async () => String(await nodes[1].command('INFO', 'replication')).includes('link_status:up'));
  const sentinelNodes = await Promise.all(
    sentinelPorts.map((port) =>
      startNode({
        port,
        lines: sentinelLines(masterPort, options),
        password: options.sentinelPassword,
        isSentinel: true,
      }),
    ),
  );
  const knowsAll = async (sentinel: RedisNode) =>
    String(await sentinel.command('SENTINEL', 'CKQUORUM', MASTER)).startsWith(`OK ${SENTINELS}`);
  await until(async () => (await Promise.all(sentinelNodes.map(knowsAll))).every(Boolean));
  await until(async () => {
    const known = (await sentinelNodes[0]?.command('SENTINEL', 'REPLICAS', MASTER)) as unknown[];
    return known.length === 1;
  });
  return {
    sentinels: sentinelPorts.map((port) => ({ host: HOST, port })),
    name: MASTER,
    nodes,
    sentinelNodes,
    master: async () => {
      const asked = sentinelNodes.map((one) => one.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER));
      const [, port] = (await Promise.any(asked)) as readonly string[];
      const found = nodes.find((one) => String(one.port) === port);
      if (found === undefined) throw new Error(`no node has port ${port}`);
      return found;
    },
    close: async () => void (await Promise.all([...sentinelNodes, ...nodes].map((one) => one.close()))),
  };
}

function sentinelLines(
  masterPort: number,
  { downAfterMs, password, sentinelPassword }: ReplicatedRedisOptions,
): readonly string[] {
  return [
    `sentinel monitor ${MASTER} ${HOST} ${masterPort} ${QUORUM}`,
    `sentinel down-after-milliseconds ${MASTER} ${downAfterMs}`,
    `sentinel failover-timeout ${MASTER} 10000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${MASTER} ${password}`]),
    ...(sentinelPassword === undefined ? [] : [`sentinel sentinel-pass ${sentinelPassword}`]),
  ];
}

interface NodeOptions {
  readonly port: number;
  readonly lines: readonly string[];
  readonly password?: string | undefined;
  readonly isSentinel?: boolean;
}

async function startNode({ port, lines, password, isSentinel }: NodeOptions): Promise<RedisNode> {
  const command = (...words: readonly string[]) => askRedis(`redis://${HOST}:${port}`, words, password);
  const own = (folder: string) => [
    `port ${port}`,
    `bind ${HOST}`,
    `dir ${folder}`,
    ...(isSentinel ? [] : ['save ""', 'repl-diskless-sync-delay 0']),
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    ...(password === undefined || isSentinel ? [] : [`masterauth ${password}`]),
  ];
  const server = await startServerProcess('redis', async (folder) => {
    const file = join(folder, 'redis.conf');
    await writeFile(file, [...own(folder), ...lines, ''].join('\n'));
    return {
      program: REDIS_PROGRAM,
      given: [file, ...(isSentinel ? ['--sentinel'] : [])],
      isReady: () => command('PING').then(Boolean),
    };
  });
  return { ...server, port, command };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds().catch(() => false)); tries++) {
    if (tries > 600) throw new Error('Redis and its Sentinels did not come up.');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
