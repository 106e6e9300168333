/** A real Redis for tests: on a port of its own, with nothing on disk, and controls to kill, stop and start it. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from './free-port.ts';

const BINARY = 'redis-server';

/** Why tests that need Redis cannot run here; null when they can. */
export const redisMissing: string | null =
  spawnSync(BINARY, ['--version']).status === 0 ? null : 'redis-server is not installed';

export interface RedisServer {
  readonly url: string;
  /** As `kill -9` does; what was in memory is lost. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  /** Leaves connections open and answers nothing, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Runs one command. */
  command(...words: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const [port, directory] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'trellis-redis-'))]);
  const url = `redis://127.0.0.1:${port}`;
  const start = async () => {
    const child = spawn(BINARY, [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
    ]);
    await listening(child);
    return child;
  };
  let child: ChildProcess = await start();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url,
    kill,
    restart: async () => {
      await kill();
      child = await start();
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    command: async (...words) => {
      const client = createClient({ url });
      await client.connect();
      return client.sendCommand([...words]).finally(() => client.destroy());
    },
    close: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Its log says when it takes connections, and why it cannot start. */
async function listening({ stdout }: ChildProcess): Promise<void> {
  let log = '';
  for await (const text of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    log += String(text);
    if (log.includes('Ready to accept connections')) {
      stdout?.resume();
      return;
    }
  }
  throw new Error(`Redis did not start: ${log}`);
}
