/** A Redis that fails over: a master, a replica and three Sentinels, all real, each on a port of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from './free-port.ts';

const BINARY = 'redis-server';
const HOST = '127.0.0.1';
const MASTER = 'trellis';
const SENTINELS = 3;
const QUORUM = 2;
const POLL_MS = 50;

export interface RedisNode {
  readonly port: number;
  command(...words: readonly string[]): Promise<unknown>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** Empty, at the same port; Sentinels tell it whom to follow. */
  restart(): Promise<void>;
  freeze(): void;
  thaw(): void;
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
  const directory = await mkdtemp(join(tmpdir(), 'trellis-sentinels-'));
  const ports = await Promise.all(Array.from({ length: 2 + SENTINELS }, freePort));
  const [masterPort = 0, replicaPort = 0, ...sentinelPorts] = ports;
  const node = (port: number, lines: readonly string[]) =>
    startNode({ port, directory, lines, password: options.password });
  const nodes = [
    await node(masterPort, []),
    await node(replicaPort, [`replicaof ${HOST} ${masterPort}`]),
  ] as const;
  await until(async () => String(await nodes[1].command('INFO', 'replication')).includes('link_status:up'));
  const sentinelNodes = await Promise.all(
    sentinelPorts.map((port) =>
      startNode({
        port,
        directory,
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
    close: async () => {
      await Promise.all([...sentinelNodes, ...nodes].map((one) => one.kill()));
      await rm(directory, { recursive: true, force: true });
    },
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
  readonly directory: string;
  readonly lines: readonly string[];
  readonly password?: string | undefined;
  readonly isSentinel?: boolean;
}

async function startNode({ port, directory, lines, password, isSentinel }: NodeOptions): Promise<RedisNode> {
  const file = join(directory, `${port}.conf`);
  const own = [
    `port ${port}`,
    `bind ${HOST}`,
    `dir ${directory}`,
    ...(isSentinel ? [] : ['save ""', `dbfilename ${port}.rdb`, 'repl-diskless-sync-delay 0']),
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    ...(password === undefined || isSentinel ? [] : [`masterauth ${password}`]),
  ];
  await writeFile(file, [...own, ...lines, ''].join('\n'));
  const start = async () => {
    const started = spawn(BINARY, [file, ...(isSentinel ? ['--sentinel'] : [])], { stdio: 'ignore' });
    await until(() => ask(port, password, ['PING']).then(Boolean));
    return started;
  };
  let child: ChildProcess = await start();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    port,
    command: (...words) => ask(port, password, words),
    kill,
    restart: async () => {
      await kill();
      child = await start();
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  };
}

async function ask(port: number, password: string | undefined, words: readonly string[]): Promise<unknown> {
  const client = createClient({
    socket: { host: HOST, port, reconnectStrategy: false },
    ...(password === undefined ? {} : { password }),
  });
  client.on('error', () => undefined);
  await client.connect();
  return client.sendCommand([...words]).finally(() => client.destroy());
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds().catch(() => false)); tries++) {
    if (tries > 600) throw new Error('Redis and its Sentinels did not come up.');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
