/** `trellis move`: onto other engines and back, as an operator does it, with the same answers in the end. */

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyGraph } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';
import { startOpenAiServer } from '../servers/openai-compatible.ts';
import { dataFolder, type Settings, startServer, stop, trellis } from './harness.ts';

const SLOW_MS = 180_000;
const QUESTIONS = ['Who designed Colossus?', 'the adviser of Alan Turing', 'random graphs and Budapest'];

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await dataFolder();
  folders.push(path);
  return path;
}
let home: string;
let before: readonly string[];
beforeAll(async () => {
  home = await folder();
  before = await answers(home);
}, SLOW_MS);
afterAll(async () => {
  for (const path of folders) await rm(path, { recursive: true, force: true });
});

/** What a server with this folder and these settings finds, apart from how long it took. */
async function answers(path: string, settings: Settings = {}): Promise<readonly string[]> {
  const server = await startServer(path, settings);
  try {
    const found: string[] = [];
    for (const question of QUESTIONS) {
      const { code, stdout } = await trellis(['search', question, '--json'], server.settings).ended;
      expect(code).toBe(0);
      found.push(JSON.stringify({ ...JSON.parse(stdout), tookMs: null }, rounded));
    }
    return found;
  } finally {
    await stop(server);
  }
}

/** Engines give rows in orders of their own, so the last digits of a sum may differ. */
const rounded = (_: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(9)) : value;

/** Moves what is in `from` to where the settings say. */
async function move(from: Settings, to: Settings, ...more: readonly string[]) {
  const file = join(await folder(), 'destination.env');
  await writeFile(
    file,
    Object.entries(to)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return trellis(['move', '--to', file, ...more], from).ended;
}

describe('trellis move', () => {
  test('carries an installation into another folder, with its keys', { timeout: SLOW_MS }, async () => {
    const to = { TRELLIS_DATA_DIR: await folder(), TRELLIS_CONTENT: 'folder' };
    const { code, stdout, stderr } = await move({ TRELLIS_DATA_DIR: home }, to, '--json');
    expect([code, stderr.includes('Moving')]).toEqual([0, true]);
    expect(JSON.parse(stdout)).toMatchObject({ resumed: false, differences: [] });
    expect(await answers(to.TRELLIS_DATA_DIR, { TRELLIS_CONTENT: 'folder' })).toEqual(before);
  });

  test.each<[string, Settings, string]>([
    ['into itself', { TRELLIS_DATA_DIR: 'HOME' }, 'names an engine or a folder that the source has'],
    ['nowhere', { SOMETHING: 'else' }, 'has no TRELLIS_ setting'],
    ['to what is no setting', { TRELLIS_DATADIR: '/tmp' }, 'TRELLIS_DATADIR is not a setting of Trellis'],
  ])('is refused %s', async (_, to, said) => {
    const filled = Object.fromEntries(
      Object.entries(to).map(([name, value]) => [name, value.replace('HOME', home)]),
    );
    const { code, stderr } = await move({ TRELLIS_DATA_DIR: home }, filled);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });

  test('is refused where the other side has another embedder: vectors are carried as they are', async () => {
    const model = await startOpenAiServer();
    const { code, stderr } = await move(
      { TRELLIS_DATA_DIR: home },
      {
        TRELLIS_DATA_DIR: await folder(),
        TRELLIS_EMBEDDER: 'openai',
        TRELLIS_EMBEDDER_URL: model.url,
        TRELLIS_EMBEDDER_MODEL: 'one',
      },
    );
    expect(stderr).toMatch(/EMBEDDER_MISMATCH.*lexical-v1.*openai:one@/);
    expect(code).toBe(1);
    await model.close();
  });

  test('is refused when its file is not there', async () => {
    const { code, stderr } = await trellis(['move', '--to', '/none/of.env'], { TRELLIS_DATA_DIR: home })
      .ended;
    expect(stderr).toContain('/none/of.env cannot be read');
    expect(code).toBe(2);
  });
});

describeOnNeo4j('trellis move onto Neo4j', (server) => {
  test('and back again ends with the same answers', { timeout: SLOW_MS * 2 }, async () => {
    await emptyGraph(server());
    const { url, user, password } = server();
    const engines = {
      TRELLIS_GRAPH: 'bolt',
      TRELLIS_GRAPH_URL: url,
      TRELLIS_GRAPH_USER: user,
      TRELLIS_GRAPH_PASSWORD: password,
    };
    const away = { ...engines, TRELLIS_DATA_DIR: await folder() };
    const back = { TRELLIS_DATA_DIR: await folder() };
    expect(await move({ TRELLIS_DATA_DIR: home }, away)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Both sides hold the same.'),
    });
    expect(await answers(away.TRELLIS_DATA_DIR, engines)).toEqual(before);
    expect(await move(away, back)).toMatchObject({ code: 0 });
    expect(await answers(back.TRELLIS_DATA_DIR)).toEqual(before);
  });
});
