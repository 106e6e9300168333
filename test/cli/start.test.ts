import { execFile } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, type Server, startServer, stop, trellis } from './harness.ts';

/** Several processes one after another, on a machine that has other things to do. */
const SLOW_MS = 120_000;

const shell = promisify(execFile);

async function documentCount({ settings }: Server, collection: string): Promise<number> {
  const { stdout } = await trellis(['token'], settings).ended;
  const response = await fetch(`${settings['TRELLIS_URL']}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'query ($name: String!) { collection(name: $name) { documentCount } }',
      variables: { name: collection },
    }),
  });
  const { data } = (await response.json()) as { data: { collection: { documentCount: number } | null } };
  return data.collection?.documentCount ?? 0;
}

describe('a first start', () => {
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    folder = await dataFolder();
    server = await startServer(folder);
  });
  afterAll(async () => {
    await stop(server);
    await rm(folder, { recursive: true, force: true });
  });

  test('says what runs on which engine, and where the data is', () => {
    const said = server.said();
    expect(said).toContain(`data in ${folder}`);
    for (const line of [
      /graph +UP +grafeo \d+\.\d+\.\d+ \(embedded\)/,
      /vectors +UP +lancedb and sqlite \S+ fts5 \(embedded\)/,
      /content +UP +sqlite/,
      /worker +UP/,
      /gateway +UP +documents, traversal, retrieval and admin in process/,
      /embedder +UP +lexical-v1/,
      /answers +extractive/,
    ])
      expect(said).toMatch(line);
  });

  test('loads the samples, saying how far it is in plain lines where nobody has a terminal', async () => {
    const said = server.said();
    expect(said).toContain('Loading the samples: 41/41 files handed over');
    expect(said).toContain('Loading the samples: 43/43 documents indexed');
    expect(said).not.toContain('\u001b');
    expect(await documentCount(server, 'samples')).toBe(43);
    expect(await readdir(folder)).not.toContain('samples-owed');
  });

  test('gives addresses that answer', async () => {
    for (const name of ['Sandbox', 'GraphiQL']) {
      const address = new RegExp(`${name} +(http:\\S+)`).exec(server.said())?.[1] ?? '';
      const page = await fetch(address);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain(name);
    }
  });

  test('prints a query that a shell runs as it stands, with the very answer printed below it', async () => {
    const said = server.said();
    const exported = /^export TOKEN=\S+$/m.exec(said)?.[0] ?? '';
    const pasted = /^curl [\s\S]*?\}'$/m.exec(said)?.[0] ?? '';
    const { stdout } = await shell('sh', ['-c', `${exported}\n${pasted}`]);
    const printed = /^\{"data".*$/m.exec(said)?.[0] ?? '';
    expect(JSON.parse(stdout)).toEqual(JSON.parse(printed));
    const [first, second] = JSON.parse(stdout).data.search.hits;
    expect([first, second].map(({ chunk }) => chunk.document.title)).toContain('Leonhard Euler');
    expect(first.chunk.entities.length).toBeGreaterThan(0);
  });

  test('a second process on the same folder is told so', async () => {
    const { code, stderr } = await trellis(['start'], { TRELLIS_DATA_DIR: folder, TRELLIS_PORT: '0' }).ended;
    expect(stderr).toMatch(/^CONFLICT: Another process has the graph .* open\. Stop it, or use another/);
    expect(code).toBe(1);
  });

  test('after kill -9 everything is there and no sample is loaded again; production offers no pages and no token', {
    timeout: SLOW_MS,
  }, async () => {
    await stop(server, 'SIGKILL');
    server = await startServer(folder, { TRELLIS_MODE: 'production' });
    expect(server.said()).not.toMatch(/Loading|TOKEN|Sandbox|GraphiQL/);
    for (const path of ['/', '/graphiql']) expect((await fetch(`${server.url}${path}`)).status).toBe(404);
    expect(await documentCount(server, 'samples')).toBe(43);
  });
});

test('a start that is killed or stopped while the samples load leaves the rest to the next one', {
  timeout: SLOW_MS,
}, async () => {
  const folder = await dataFolder();
  const settings = { TRELLIS_DATA_DIR: folder, TRELLIS_PORT: '0' };
  const killed = trellis(['start'], settings);
  await killed.says('0/41 files handed over');
  await stop(killed, 'SIGKILL');

  const stopped = trellis(['start'], settings);
  await stopped.says('0/41 files handed over');
  const { code, stdout, stderr } = await stop(stopped, 'SIGINT');
  // What the kill before has left may be told, and nothing else.
  expect(stderr.replace(/^.*writes were replayed from the journal.*\n/, '')).toBe('');
  expect(stdout).toContain('Trellis stops; what was acknowledged is on disk.');
  expect(code).toBe(0);

  const third = await startServer(folder);
  expect(await documentCount(third, 'samples')).toBe(43);
  await stop(third);
  await rm(folder, { recursive: true, force: true });
});

describe('a start that cannot be says why in a sentence, and how to go on', () => {
  test('when the data folder cannot be one', async () => {
    const folder = await dataFolder();
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { code, stderr } = await trellis(['start'], { TRELLIS_DATA_DIR: join(file, 'data') }).ended;
    expect(stderr).toMatch(
      /^CONFLICT: Trellis cannot keep its data in .*: there is a file where a folder must be .*TRELLIS_DATA_DIR\.\n$/,
    );
    expect(code).toBe(1);
    await rm(folder, { recursive: true, force: true });
  });

  test('when settings are wrong: all of them at once', async () => {
    const { code, stderr } = await trellis(['start'], { TRELLIS_PORT: 'http', TRELLIS_DATADIR: '/data' })
      .ended;
    expect(stderr).toBe(
      [
        'BAD_INPUT: The configuration is not valid. docs/configuration.md has every setting.',
        '  TRELLIS_DATADIR is not a setting of Trellis',
        '  TRELLIS_PORT must be a whole number from 0 to 65535, and is "http"\n',
      ].join('\n'),
    );
    expect(code).toBe(2);
  });
});
