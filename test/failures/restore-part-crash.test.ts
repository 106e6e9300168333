/** A process that is killed while it brings one tenant back goes on with it at its next start, and leaves nothing beside. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Data, type Installation, startInstallation, until } from './installation.ts';

const SLOW_MS = 300_000;
const COUNT = 400;
let installation: Installation;
let [backup, last] = ['', ''];
beforeAll(async () => {
  installation = await startInstallation({ TRELLIS_SAMPLES: 'false' });
  for (let at = 0; at < COUNT; at += 100) {
    const job = `{ ingestionJob(id: "${await ingest(at)}") { state } }`;
    await until(async () => (await ask(job)).ingestionJob.state === 'SUCCEEDED');
  }
  backup = await installation.backUp('TENANT');
  last = await answer();
}, SLOW_MS);
afterAll(() => installation.close());

const ask = (query: string, variables: Data = {}): Promise<Data> => installation.ask(query, variables);
const documents = () => installation.documents('letters');
const restores = () => join(installation.data, 'restores');
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
  ['while it reads the backup', async () => existsSync(restores()) && (await documents()) === 0],
  ['while documents come back', async () => (await documents()) > 0],
])(
  'killed %s',
  async (_, isMoment) => {
    await deleteAll();
    const input = `input: { backup: "${backup}", scope: TENANT, mode: REPLACE }`;
    const { restoreBackup } = await ask(`mutation { restoreBackup(${input}) { restore { id } } }`);
    const { id } = restoreBackup.restore;
    await until(isMoment);
    await installation.restart();
    const query = `{ restore(id: "${id}") { state problem receipt { restored removed failed } } }`;
    await until(async () => (await ask(query)).restore.state !== 'RUNNING');
    expect((await ask(query)).restore).toEqual({
      state: 'DONE',
      problem: null,
      receipt: { restored: COUNT, removed: 0, failed: 0 },
    });
    expect(await documents()).toBe(COUNT);
    expect(await readdir(restores())).toEqual([]);
    await until(async () => !JSON.parse(await answer()).search.degraded.length);
    expect(await answer()).toBe(last);
  },
  SLOW_MS,
);
