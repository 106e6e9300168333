/** A process that is killed while it restores, or while it switches, leaves the old data or the new, whole, and says which. */

import { randomBytes } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createDevelopmentToken } from '../../cli/token.ts';
import { dataFolder, type Server, startServer, stop } from '../cli/harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by the test, which says what it expects.
type Data = any;

const SLOW_MS = 240_000;
let [data, target, backup] = ['', '', ''];
let server: Server;
let settings: Readonly<Record<string, string>>;
beforeAll(async () => {
  [data, target] = [await dataFolder(), await dataFolder()];
  settings = {
    TRELLIS_BACKUP_DIR: target,
    TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64'),
    TRELLIS_OPERATOR_TENANT: 'default',
  };
  server = await startServer(data, settings);
  const { createBackup } = await ask(
    'mutation { createBackup(input: { scope: INSTALLATION }) { backup { id } } }',
  );
  backup = createBackup.backup.id;
  await until(async () => (await ask(`{ backup(id: "${backup}") { state } }`)).backup.state === 'SUCCEEDED');
  const input =
    'input: { collection: "late", documents: [{ key: "late", content: "It came later.", mediaType: "text/plain" }] }';
  await ask(`mutation { ingestDocuments(${input}) { job { id } } }`);
  await until(async () => (await documents('late')) === 1);
}, SLOW_MS);
afterEach(() => stop(server, 'SIGKILL'));
afterAll(async () => {
  for (const folder of [data, target]) await rm(folder, { recursive: true, force: true });
});

async function ask(query: string): Promise<Data> {
  const token = await createDevelopmentToken(join(data, 'keys'), {});
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data: found, errors } = (await response.json()) as Data;
  expect(errors).toBeUndefined();
  return found;
}
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(5);
}
async function documents(collection: string): Promise<number> {
  const found = await ask(`{ collection(name: "${collection}") { documentCount } }`);
  return found.collection?.documentCount ?? 0;
}
const stateOf = async (id: string): Promise<Data> =>
  (await ask(`{ restore(id: "${id}") { state problem notice } }`)).restore;
async function begin(): Promise<string> {
  const input = `input: { backup: "${backup}", scope: INSTALLATION }`;
  return (await ask(`mutation { restoreBackup(${input}) { restore { id } } }`)).restoreBackup.restore.id;
}
async function killed(): Promise<void> {
  await stop(server, 'SIGKILL');
  server = await startServer(data, settings);
}

test(
  'killed while it restores: the running data is untouched, and the restore has failed',
  async () => {
    const id = await begin();
    await until(() => existsSync(join(data, 'restores', id, 'graph')));
    await killed();
    expect(await stateOf(id)).toMatchObject({
      state: 'FAILED',
      problem: expect.stringContaining('untouched'),
      notice: 'The running data is untouched.',
    });
    expect(existsSync(join(data, 'restores', id))).toBe(false);
    expect(await documents('late')).toBe(1);
    expect(await documents('samples')).toBeGreaterThan(40);
  },
  SLOW_MS,
);

test(
  'killed while it switches: the next start completes what was decided, and it can be taken back',
  async () => {
    server = await startServer(data, settings);
    const id = await begin();
    await until(async () => (await stateOf(id)).state === 'READY');
    const decided = new Promise<void>((resolve) => {
      const watching = watch(data, (_, name) => {
        if (name !== 'switching.json') return;
        watching.close();
        resolve();
      });
    });
    await ask(`mutation { switchRestore(input: { id: "${id}" }) { restore { state } } }`);
    await decided;
    await killed();
    expect(await stateOf(id)).toMatchObject({ state: 'SWITCHED', problem: null });
    expect(await documents('late')).toBe(0);
    expect(await documents('samples')).toBeGreaterThan(40);
    await ask(`mutation { revertRestore(input: { id: "${id}" }) { restore { state } } }`);
    await until(async () => {
      const found = await stateOf(id).catch(() => ({ state: 'not yet' }));
      return found.state === 'REVERTED';
    });
    expect(await documents('late')).toBe(1);
  },
  SLOW_MS,
);

test(
  'killed before anything was decided: what stood ready stands ready',
  async () => {
    server = await startServer(data, settings);
    const id = await begin();
    await until(async () => (await stateOf(id)).state === 'READY');
    await killed();
    expect(await stateOf(id)).toMatchObject({ state: 'READY' });
    expect(await documents('late')).toBe(1);
    await ask(`mutation { cancelRestore(input: { id: "${id}" }) { restore { state } } }`);
    expect(existsSync(join(data, 'restores', id))).toBe(false);
  },
  SLOW_MS,
);
