/**
 * The Qdrant that `QDRANT_URL` (with `QDRANT_API_KEY` where it wants a key) lends to tests, a second one that
 * `QDRANT_STANDBY_URL` lends, and such as a test starts and kills itself where `QDRANT_BINARY` names the program.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const {
  QDRANT_URL: url,
  QDRANT_API_KEY: apiKey,
  QDRANT_STANDBY_URL: standbyUrl,
  QDRANT_BINARY: binary,
} = process.env;

/** Null where none is lent. */
export const QDRANT = url === undefined ? null : { url, apiKey: () => apiKey };

/** Null where none is lent. It takes the same key. */
export const STANDBY_QDRANT = standbyUrl === undefined ? null : { url: standbyUrl, apiKey: () => apiKey };

/** Whether tests may start their own. */
export const canStartQdrant = binary !== undefined;

export interface QdrantServer {
  readonly url: string;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** On the same address, with what it has on the disk. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startQdrant(): Promise<QdrantServer> {
  if (binary === undefined) throw new Error('QDRANT_BINARY names no program');
  const [http, grpc, directory] = await Promise.all([
    freePort(),
    freePort(),
    mkdtemp(join(tmpdir(), 'trellis-qdrant-')),
  ]);
  const own = `http://127.0.0.1:${http}`;
  const start = async () => {
    const started = spawn(binary, [], {
      cwd: directory,
      stdio: 'ignore',
      env: {
        ...process.env,
        QDRANT__SERVICE__HOST: '127.0.0.1',
        QDRANT__SERVICE__HTTP_PORT: String(http),
        QDRANT__SERVICE__GRPC_PORT: String(grpc),
        QDRANT__STORAGE__STORAGE_PATH: join(directory, 'storage'),
        QDRANT__STORAGE__SNAPSHOTS_PATH: join(directory, 'snapshots'),
        QDRANT__TELEMETRY_DISABLED: 'true',
      },
    });
    while (!(await isReady(own))) {
      if (started.exitCode !== null) throw new Error('Qdrant did not start.');
      await delay(READY_LOOK_MS);
    }
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
    url: own,
    kill,
    restart: async () => {
      await kill();
      child = await start();
    },
    close: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const READY_LOOK_MS = 100;

export function isReady(address: string): Promise<boolean> {
  return fetch(new URL('/readyz', address)).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** The prefix of an installation's collections by default. */
const INSTALLATION = 'trellis';

/** The settings of an installation on it, its collections deleted; none where there is no Qdrant. */
export async function qdrantSettings(): Promise<Readonly<Record<string, string>>> {
  if (QDRANT === null) return {};
  await deleteCollections(INSTALLATION);
  return {
    TRELLIS_VECTORS: 'qdrant',
    TRELLIS_VECTORS_URL: QDRANT.url,
    ...(apiKey === undefined ? {} : { TRELLIS_VECTORS_API_KEY: apiKey }),
  };
}

export async function deleteCollections(prefix: string, server = url): Promise<void> {
  const { result } = await ask(server, '/collections');
  for (const { name } of result.collections)
    if (name.startsWith(prefix)) await ask(server, `/collections/${name}`, 'DELETE');
}

async function ask(server: string | undefined, path: string, method = 'GET') {
  const response = await fetch(new URL(path, server), {
    method,
    headers: apiKey === undefined ? {} : { 'api-key': apiKey },
  });
  return response.json() as Promise<{ result: { collections: { name: string }[] } }>;
}
