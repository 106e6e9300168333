/** `trellis reembed` against a real server, from the embedder that needs nothing to a model and on. */
// cspell:words zuse

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenAiServer, startOpenAiServer } from '../servers/openai-compatible.ts';
import { dataFolder, type Server, startServer, stop, trellis } from './harness.ts';

const SLOW_MS = 180_000;

let folder: string;
let model: OpenAiServer;
let server: Server;

beforeAll(async () => {
  folder = await dataFolder();
  model = await startOpenAiServer();
  server = await startServer(folder, { TRELLIS_SAMPLES: 'false' });
  await writeFile(
    join(folder, 'zuse.md'),
    '# Konrad Zuse\n\nKonrad Zuse designed the Z3 in Berlin in 1941.\n',
  );
}, SLOW_MS);
afterAll(async () => {
  await stop(server);
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = (...args: readonly string[]) => trellis(args, server.settings).ended;

test('moves the vectors, goes back, and says how far it is in between', { timeout: SLOW_MS }, async () => {
  expect(await ask('ingest', join(folder, 'zuse.md'), '--collection', 'mine')).toMatchObject({ code: 0 });
  expect(await ask('reembed', '--status')).toMatchObject({
    code: 0,
    stdout: 'There never was a re-embedding here.\n',
  });
  expect(await ask('reembed')).toMatchObject({ code: 1, stderr: expect.stringContaining('CONFLICT') });
  expect(await ask('reembed', '--confirm', '--revert')).toMatchObject({ code: 2 });

  await stop(server);
  server = await startServer(folder, {
    TRELLIS_SAMPLES: 'false',
    TRELLIS_EMBEDDER: 'openai',
    TRELLIS_EMBEDDER_URL: model.url,
    TRELLIS_EMBEDDER_MODEL: 'one',
  });
  expect(server.said()).toMatch(/embedder +DEGRADED +lexical-v1/);
  const begun = await ask('reembed');
  expect(begun).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^SWITCHED: from lexical-v1 to openai:one@/),
  });
  expect(begun.stdout).toContain('1 of 1 chunks\n');
  expect(await ask('reembed', '--revert')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^REVERTED:/),
  });
  expect((await ask('reembed')).code).toBe(0);
  const confirmed = await ask('reembed', '--confirm', '--json');
  expect(JSON.parse(confirmed.stdout)).toMatchObject({ state: 'CONFIRMED', done: 1, total: 1 });
  expect(await ask('reembed', '--status')).toMatchObject({
    stdout: expect.stringContaining('The old index is gone.'),
  });
});
