/** A process that is killed while it restores, or while it switches, leaves the old data or the new, whole, and says which. */

import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Data, type Installation, startInstallation, until } from './installation.ts';

const SLOW_MS = 240_000;
let installation: Installation;
let backup: string;
beforeAll(async () => {
  installation = await startInstallation({ TRELLIS_OPERATOR_TENANT: 'default' });
  backup = await installation.backUp('INSTALLATION');
  const input =
    'input: { collection: "late", documents: [{ key: "late", content: "It came later.", mediaType: "text/plain" }] }';
  await ask(`mutation { ingestDocuments(${input}) { job { id } } }`);
  await until(async () => (await documents('late')) === 1);
}, SLOW_MS);
afterAll(() => installation.close());

const ask = (query: string): Promise<Data> => installation.ask(query);
const documents = (collection: string) => installation.documents(collection);
const stateOf = async (id: string): Promise<Data> =>
  (await ask(`{ restore(id: "${id}") { state problem notice } }`)).restore;
async function begin(): Promise<string> {
  const input = `input: { backup: "${backup}", scope: INSTALLATION }`;
  return (await ask(`mutation { restoreBackup(${input}) { restore { id } } }`)).restoreBackup.restore.id;
}

test(
  'killed while it restores: the running data is untouched, and the restore has failed',
  async () => {
    const id = await begin();
    await until(() => existsSync(join(installation.data, 'restores', id, 'graph')));
    await installation.restart();
    expect(await stateOf(id)).toMatchObject({
      state: 'FAILED',
      problem: expect.stringContaining('untouched'),
      notice: 'The running data is untouched.',
    });
    expect(existsSync(join(installation.data, 'restores', id))).toBe(false);
    expect(await documents('late')).toBe(1);
    expect(await documents('samples')).toBeGreaterThan(40);
  },
  SLOW_MS,
);

test(
  'killed while it switches: the next start completes what was decided, and it can be taken back',
  async () => {
    const id = await begin();
    await until(async () => (await stateOf(id)).state === 'READY');
    const decided = new Promise<void>((resolve) => {
      const watching = watch(installation.data, (_, name) => {
        if (name !== 'switching.json') return;
        watching.close();
        resolve();
      });
    });
    await ask(`mutation { switchRestore(input: { id: "${id}" }) { restore { state } } }`);
    await decided;
    await installation.restart();
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
    const id = await begin();
    await until(async () => (await stateOf(id)).state === 'READY');
    await installation.restart();
    expect(await stateOf(id)).toMatchObject({ state: 'READY' });
    expect(await documents('late')).toBe(1);
    await ask(`mutation { cancelRestore(input: { id: "${id}" }) { restore { state } } }`);
    expect(existsSync(join(installation.data, 'restores', id))).toBe(false);
  },
  SLOW_MS,
);
