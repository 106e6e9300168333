/**
 * The Qdrant that `QDRANT_URL` (with `QDRANT_API_KEY` where it wants a key) lends to tests, a second one that
 * `QDRANT_STANDBY_URL` lends, and such as a test starts and kills itself where `QDRANT_BINARY` names the program.
 */

import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

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

export interface QdrantServer extends ServerProcess {
  readonly url: string;
}

export async function startQdrant(): Promise<QdrantServer> {
  if (binary === undefined) throw new Error('QDRANT_BINARY names no program');
  const [http, grpc] = await Promise.all([freePort(), freePort()]);
  const own = `http://127.0.0.1:${http}`;
  const server = await startServerProcess('qdrant', (folder) => ({
    program: binary,
    workingFolder: folder,
    environment: {
      ...process.env,
      QDRANT__SERVICE__HOST: '127.0.0.1',
      QDRANT__SERVICE__HTTP_PORT: String(http),
      QDRANT__SERVICE__GRPC_PORT: String(grpc),
      QDRANT__STORAGE__STORAGE_PATH: join(folder, 'storage'),
      QDRANT__STORAGE__SNAPSHOTS_PATH: join(folder, 'snapshots'),
      QDRANT__TELEMETRY_DISABLED: 'true',
    },
    isReady: () => isReady(own),
  }));
  return { ...server, url: own };
}

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
