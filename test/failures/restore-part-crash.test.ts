/** A process that is killed while it brings one tenant back goes on with it at its next start, and leaves nothing beside. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevelopmentToken } from '../../cli/token.ts';
import { dataFolder, type Server, startServer, stop } from '../cli/harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by the test, which says what it expects.
type Data = any;

const SLOW_MS = 300_000;
const COUNT = 400;
let [data, target, backup, last] = ['', '', '', ''];
let server: Server;
let settings: Readonly<Record<string, string>>;
beforeAll(async () => {
  [data, target] = [await dataFolder(), await dataFolder()];
  settings = {
    TRELLIS_BACKUP_DIR: target,
    TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64'),
    TRELLIS_SAMPLES: 'false',
  };
  server = await startServer(data, settings);
  for (let at = 0; at < COUNT; at += 100) {
    const job = `{ ingestionJob(id: "${await ingest(at)}") { state } }`;
    await until(async () => (await ask(job)).ingestionJob.state === 'SUCCEEDED');
  }
  const create = 'mutation { createBackup(input: { scope: TENANT }) { backup { id } } }';
  backup = (await ask(create)).createBackup.backup.id;
  await until(async () => (await ask(`{ backup(id: "${backup}") { state } }`)).backup.state === 'SUCCEEDED');
  last = await answer();
}, SLOW_MS);
afterAll(async () => {
  await stop(server, 'SIGKILL');
  for (const folder of [data, target]) await rm(folder, { recursive: true, force: true });
});

async function ask(query: string, variables: Data = {}): Promise<Data> {
  const token = await createDevelopmentToken(join(data, 'keys'), {});
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data: found, errors } = (await response.json()) as Data;
  expect(errors).toBeUndefined();
  return found;
}
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(5);
}
async function ingest(from: number): Promise<string> {
  const input = {
    collection: 'letters',
    documents: Array.from({ length: 100 }, (_, at) => ({
      key: `n-${from + at}`,
      content: `Ottoline Fitch wrote letter ${from + at} to Ferdinand Moss in Bergen.`,
      mediaType: 'text/plain',
    })),
  };
  const query = 'mutation ($input: IngestDocumentsInput!) { ingestDocuments(input: $input) { job { id } } }';
  return (await ask(query, { input })).ingestDocuments.job.id;
}
async function documents(): Promise<number> {
  const { collection } = await ask('{ collection(name: "letters") { documentCount } }');
  return collection?.documentCount ?? 0;
}
async function answer(): Promise<string> {
  const found = await ask(
    '{ search(query: "letter 7 to Ferdinand Moss", first: 20) { degraded { arm } hits { score chunk { text } } } }',
  );
  return JSON.stringify(found);
}
async function deleteAll(): Promise<void> {
  for (;;) {
    const { documents: page } = await ask('{ documents(first: 100) { nodes { id } } }');
    const ids = page.nodes.map(({ id }: Data) => id);
    if (ids.length === 0) return;
    const query = 'mutation ($input: DeleteDocumentsInput!) { deleteDocuments(input: $input) { chunks } }';
    await ask(query, { input: { ids } });
  }
}

test.each([
  ['while it reads the backup', async () => existsSync(join(data, 'restores')) && (await documents()) === 0],
  ['while documents come back', async () => (await documents()) > 0],
])(
  'killed %s',
  async (_, isMoment) => {
    await deleteAll();
    const input = `input: { backup: "${backup}", scope: TENANT, mode: REPLACE }`;
    const { restoreBackup } = await ask(`mutation { restoreBackup(${input}) { restore { id } } }`);
    const { id } = restoreBackup.restore;
    await until(isMoment);
    await stop(server, 'SIGKILL');
    server = await startServer(data, settings);
    const query = `{ restore(id: "${id}") { state problem receipt { restored removed failed } } }`;
    await until(async () => (await ask(query)).restore.state !== 'RUNNING');
    expect((await ask(query)).restore).toEqual({
      state: 'DONE',
      problem: null,
      receipt: { restored: COUNT, removed: 0, failed: 0 },
    });
    expect(await documents()).toBe(COUNT);
    expect(await readdir(join(data, 'restores'))).toEqual([]);
    await until(async () => !JSON.parse(await answer()).search.degraded.length);
    expect(await answer()).toBe(last);
  },
  SLOW_MS,
);
