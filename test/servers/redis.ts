/** A real Redis for tests: on a port of its own, with nothing on disk, and controls to kill, stop and start it. */

import { spawnSync } from 'node:child_process';
import { createClient } from '@redis/client';
import { freePort } from './free-port.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export const REDIS_PROGRAM = 'redis-server';

/** Why tests that need Redis cannot run here; null when they can. */
export const redisMissing: string | null =
  spawnSync(REDIS_PROGRAM, ['--version']).status === 0 ? null : 'redis-server is not installed';

export interface RedisServer extends ServerProcess {
  readonly url: string;
  /** Runs one command. */
  command(...words: readonly string[]): Promise<unknown>;
}

/** What was in memory is lost when it is killed: it starts again empty. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const server = await startServerProcess('redis', (folder) => ({
    program: REDIS_PROGRAM,
    given: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    isReady: (said) => said.includes('Ready to accept connections'),
  }));
  return { ...server, url, command: (...words) => askRedis(url, words) };
}

/** One command over a connection of its own. */
export async function askRedis(
  url: string,
  words: readonly string[],
  password?: string | undefined,
): Promise<unknown> {
  const client = createClient({
    url,
    socket: { reconnectStrategy: false },
    ...(password === undefined ? {} : { password }),
  });
  client.on('error', () => undefined);
  await client.connect();
  return client.sendCommand([...words]).finally(() => client.destroy());
}
