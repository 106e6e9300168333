/** `trellis backup`, `backups` and `restore`, as an operator uses them: with the same answers in the end. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyGraph } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';
import { dataFolder, type Server, type Settings, startServer, stop, trellis } from './harness.ts';

const SLOW_MS = 300_000;
const QUESTIONS = ['Who designed Colossus?', 'the adviser of Alan Turing', 'random graphs and Budapest'];
const KEY = randomBytes(32).toString('base64');

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await dataFolder();
  folders.push(path);
  return path;
}
afterAll(async () => {
  for (const path of folders) await rm(path, { recursive: true, force: true });
});

let home: string;
let settings: Settings;
let backup: { readonly id: string };
let before: readonly string[];
beforeAll(async () => {
  home = await folder();
  settings = { TRELLIS_BACKUP_DIR: await folder(), TRELLIS_BACKUP_KEY: KEY };
  const server = await startServer(home, settings);
  before = await answers(server);
  const made = await trellis(['backup', '--verify', '--json'], { ...server.settings, ...settings }).ended;
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('Verifying') });
  backup = JSON.parse(made.stdout);
  await stop(server);
}, SLOW_MS);

async function answers({ settings }: Server): Promise<readonly string[]> {
  const found: string[] = [];
  for (const question of QUESTIONS) found.push(await answer(question, settings));
  return found;
}

/** Whole: an engine that has just started may take longer than an arm has. */
async function answer(question: string, settings: Settings): Promise<string> {
  for (;;) {
    const { code, stdout } = await trellis(['search', question, '--json'], settings).ended;
    expect(code).toBe(0);
    const said = JSON.parse(stdout);
    if (said.degraded.length === 0) return JSON.stringify({ ...said, tookMs: null }, rounded);
  }
}

async function ask(server: Server, query: string): Promise<Record<string, unknown>> {
  const token = await trellis(['token'], server.settings).ended;
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token.stdout.trim()}` },
    body: JSON.stringify({ query }),
  });
  const answer = (await response.json()) as { readonly data: Record<string, unknown> };
  expect(answer).not.toHaveProperty('errors');
  return answer.data;
}

/** Engines give rows in orders of their own, so the last digits of a sum may differ. */
const rounded = (_: string, value: unknown) =>
  typeof value === 'number' ? Number(value.toPrecision(9)) : value;

const restore = (...args: readonly string[]) =>
  trellis(['restore', ...args], { TRELLIS_DATA_DIR: home, ...settings });

describe('trellis backup', () => {
  test('makes a backup that "trellis backups" tells of, and how far it is proven', {
    timeout: SLOW_MS,
  }, async () => {
    expect(backup).toMatchObject({ state: 'SUCCEEDED', scope: 'INSTALLATION', isProven: true });
    const server = await startServer(home, settings);
    const { stdout } = await trellis(['backups'], server.settings).ended;
    expect(stdout).toMatch(new RegExp(`${backup.id}.*SUCCEEDED.*proven`));
    const entries = await trellis(['backups', 'delete', backup.id], server.settings).ended;
    expect(entries).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    await stop(server);
  });
});

test('"trellis backups --offline" tells the same without a server, and of one that cannot be opened as well', {
  timeout: SLOW_MS,
}, async () => {
  const list = (given: Settings) =>
    trellis(['backups', '--offline', '--json'], { TRELLIS_DATA_DIR: home, ...settings, ...given }).ended;
  const { code, stdout } = await list({});
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining(backup));
  const sealed = JSON.parse((await list({ TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64') })).stdout);
  expect(sealed).toMatchObject([{ id: backup.id, state: 'FAILED', problem: expect.stringContaining('key') }]);
});

describe('trellis restore --into-running', () => {
  test('drops what somebody began who has left since', { timeout: SLOW_MS }, async () => {
    const server = await startServer(home, settings);
    const cancel = () => trellis(['restore', '--into-running', '--cancel'], server.settings).ended;
    expect(await cancel()).toMatchObject({ code: 1, stderr: expect.stringContaining('CONFLICT: ') });
    const scope = `{ backup: "${backup.id}", scope: INSTALLATION }`;
    await ask(server, `mutation { restoreBackup(input: ${scope}) { restore { id } } }`);
    const first = '{ restores(first: 1) { nodes { state } } }';
    const isReady = async () => JSON.stringify(await ask(server, first)).includes('READY');
    while (!(await isReady()));
    expect(await cancel()).toMatchObject({ code: 0, stdout: expect.stringContaining(' · CANCELLED · ') });
    const named = await trellis(['restore', backup.id, '--into-running', '--cancel'], server.settings).ended;
    expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining('id: is not for --cancel') });
    await stop(server);
  });

  test('brings back a collection, then the whole, and goes back', { timeout: SLOW_MS }, async () => {
    const server = await startServer(home, settings);
    const given = { ...server.settings, ...settings };
    const into = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await trellis(['restore', '--into-running', '--json', ...args], given)
        .ended;
      return { code, stderr, said: stdout === '' ? null : JSON.parse(stdout) };
    };
    const file = join(await folder(), 'late.md');
    await writeFile(file, '# Late\n\nWilma Zorblax wrote to Charles Babbage.\n');
    await trellis(['ingest', file, '--collection', 'samples'], server.settings).ended;
    expect(await into(backup.id)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });

    const of = ['--tenant', 'default', '--collection', 'samples', '--yes'];
    const merged = await into(backup.id, ...of);
    expect(merged).toMatchObject({ code: 0, said: { state: 'DONE', receipt: { removed: 0, restored: 0 } } });
    const replaced = await into(backup.id, ...of, '--replace');
    expect(replaced).toMatchObject({
      code: 0,
      said: { state: 'DONE', receipt: { removed: 1, restored: 0 } },
    });
    expect(await answers(server)).toEqual(before);

    expect(await into('--revert', '--yes')).toMatchObject({ code: 1 });
    const switched = await into(backup.id, '--yes');
    expect(switched).toMatchObject({ code: 0, said: { state: 'SWITCHED', problem: null } });
    expect(await answers(server)).toEqual(before);
    expect(await into('--revert', '--yes')).toMatchObject({ code: 0, said: { state: 'REVERTED' } });
    expect(await answers(server)).toEqual(before);
    const { said } = await into('--status');
    const last = said.slice(0, 3).map(({ state }: { state: string }) => state);
    expect(last).toEqual(['REVERTED', 'DONE', 'DONE']);
    await stop(server);
    // Nothing is kept but what was said of each.
    await rm(join(home, 'restores'), { recursive: true });
  });
});

describe('trellis restore', () => {
  test('is refused while a server has the data, and without a yes', { timeout: SLOW_MS }, async () => {
    const server = await startServer(home, settings);
    expect(await restore(backup.id, '--yes').ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Trellis runs with the data in .* Stop it first.*--into-running/),
    });
    expect(await answers(server)).toEqual(before);
    await stop(server);
    expect(await restore(backup.id).ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    });
  });

  test.each([
    ['of a part in the place of everything', ['--tenant', 'default'], 2, /--into-running.*or into empty/],
    [
      'of a collection there',
      ['--collection', 'samples'],
      2,
      /in the data folder a backup takes the place of/,
    ],
    [
      'that is to replace what only runs',
      ['--replace'],
      2,
      /--replace: is for a restore with --into-running/,
    ],
    ['that is to bring access back there', ['--access'], 2, /--access: is for a restore with --into-running/],
    [
      'that was never made, to confirm it',
      ['--confirm'],
      1,
      /There is no restore in .* that could be confirmed/,
    ],
    ['that was never made, to take it back', ['--revert'], 1, /There is no restore in .* taken back/],
  ])('is refused %s, whoever says yes', { timeout: SLOW_MS }, async (_, options, code, stderr) => {
    const isLastStep = options.includes('--confirm') || options.includes('--revert');
    const ids = isLastStep ? [] : [backup.id];
    expect(await restore(...ids, ...options, '--yes').ended).toMatchObject({
      code,
      stderr: expect.stringMatching(stderr),
    });
  });

  test('erases again what was erased since the backup', { timeout: SLOW_MS }, async () => {
    const directory = await folder();
    const file = join(directory, 'letter.md');
    await writeFile(file, '# A letter\n\nWilma Zorblax wrote to Charles Babbage.\n');
    const own = { ...settings, TRELLIS_BACKUP_DIR: await folder() };
    const home = await folder();
    let server = await startServer(home, own);
    await trellis(['ingest', file, '--collection', 'letters'], server.settings).ended;
    const made = JSON.parse((await trellis(['backup', '--json'], server.settings).ended).stdout);
    const ask = async (query: string) => {
      const token = (await trellis(['token'], server.settings).ended).stdout.trim();
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      return response.json();
    };
    const entities = '{ entities(name: "Wilma Zorblax") { nodes { name } } }';
    expect(await ask(entities)).toMatchObject({ data: { entities: { nodes: [{ name: 'Wilma Zorblax' }] } } });
    const erased = await ask(
      'mutation { eraseSubject(input: { names: ["Wilma Zorblax"], reason: "asked to" }) { documentIds } }',
    );
    expect(erased).toMatchObject({ data: { eraseSubject: { documentIds: [expect.any(String)] } } });
    await stop(server);
    const asked = trellis(['restore', made.id, '--yes'], { TRELLIS_DATA_DIR: home, ...own });
    expect(await asked.ended).toMatchObject({ code: 0 });
    server = await startServer(home, own);
    expect(await ask(entities)).toMatchObject({ data: { entities: { nodes: [] } } });
    await stop(server);
  });

  test('with another key, or of what is no backup, changes nothing', async () => {
    const other = { ...settings, TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64') };
    const asked = trellis(['restore', backup.id, '--yes'], { TRELLIS_DATA_DIR: home, ...other });
    expect(await asked.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BACKUP_KEY_MISMATCH'),
    });
    expect(await restore('none', '--yes').ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT_FOUND'),
    });
    expect(existsSync(join(home, 'restores'))).toBe(false);
  });

  test('killed in its middle leaves what was there; the next one replaces it, and goes back', {
    timeout: SLOW_MS,
  }, async () => {
    await writeFile(join(home, 'late.md'), '# Late\n\nZuse built the Z3 in Berlin.\n');
    let server = await startServer(home, settings);
    await trellis(['ingest', join(home, 'late.md'), '--collection', 'late'], server.settings).ended;
    const later = await answers(server);
    await stop(server);
    const killed = restore(backup.id, '--yes');
    await killed.says('Restoring');
    killed.child.kill('SIGKILL');
    await killed.ended;
    server = await startServer(home, settings);
    expect(await answers(server)).toEqual(later);
    await stop(server);

    expect(await restore(backup.id, '--yes').ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('kept in'),
    });
    server = await startServer(home, settings);
    expect(await answers(server)).toEqual(before);
    const late = await trellis(
      ['search', 'Zuse built the Z3', '--collection', 'late', '--json'],
      server.settings,
    ).ended;
    expect(late.code).not.toBe(0);
    // Of no document: those of a policy are indexed anew, and ranks say so in their fifth digit.
    const rules = 'collection: "reports", otherwise: KEEP, rules: [{ kind: IBAN, action: REDACT }]';
    await ask(server, `mutation { setPrivacyPolicy(input: { ${rules} }) { policy { updatedBy } } }`);
    await stop(server);

    expect(await restore('--revert', '--yes').ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('were made since hold in it as well'),
    });
    server = await startServer(home, settings);
    expect(await answers(server)).toEqual(later);
    const { privacyPolicies } = await ask(server, '{ privacyPolicies { rules { kind action } } }');
    expect(privacyPolicies).toMatchObject([
      { rules: expect.arrayContaining([{ kind: 'IBAN', action: 'REDACT' }]) },
    ]);
    await stop(server);
    expect(await restore('--confirm', '--yes').ended).toMatchObject({ code: 1 });

    // What was restored does not open: going back needs nothing of it, and says what it could not read.
    expect(await restore(backup.id, '--yes').ended).toMatchObject({ code: 0 });
    await writeFile(join(home, 'graph', 'graph.grafeo'), 'not a graph');
    await rm(join(home, 'graph', 'journal.sqlite'));
    expect(await restore('--revert', '--yes').ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('do those again'),
    });
    expect(await restore(backup.id, '--yes').ended).toMatchObject({ code: 0 });
    expect(await restore('--confirm', '--yes').ended).toMatchObject({ code: 0 });
  });
});

describe('trellis restore --to', () => {
  test('of one tenant tells what came back of that tenant', { timeout: SLOW_MS }, async () => {
    const whole = await into();
    expect(whole).toMatchObject({ Document: expect.any(Number), AuditEntry: expect.any(Number) });
    const own = await into('--tenant', 'default');
    expect(own).toEqual({
      ...whole,
      ...{ AuditSegment: 0, AuditEntry: 0, IndexState: 0, DataMigration: 0 },
    });
    expect(new Set(Object.values(await into('--tenant', 'nobody')))).toEqual(new Set([0]));
  });

  async function into(...args: readonly string[]): Promise<Record<string, number>> {
    const data = await folder();
    const file = join(data, 'empty.env');
    await writeFile(file, `TRELLIS_DATA_DIR=${data}\n`);
    const { code, stdout } = await restore(backup.id, '--to', file, '--json', ...args).ended;
    expect(code).toBe(0);
    return JSON.parse(stdout).counts;
  }
});

describeOnNeo4j('trellis restore onto Neo4j', (server) => {
  test('gives an installation with the same answers', { timeout: SLOW_MS }, async () => {
    await emptyGraph(server());
    const { url, user, password } = server();
    const engines = {
      TRELLIS_GRAPH: 'bolt',
      TRELLIS_GRAPH_URL: url,
      TRELLIS_GRAPH_USER: user,
      TRELLIS_GRAPH_PASSWORD: password,
    };
    const data = await folder();
    const file = join(data, 'servers.env');
    const lines = Object.entries({ ...engines, TRELLIS_DATA_DIR: data }).map(
      ([name, value]) => `${name}=${value}\n`,
    );
    await writeFile(file, lines.join(''));
    expect(await restore(backup.id, '--to', file).ended).toMatchObject({ code: 0 });
    const running = await startServer(data, { ...engines, TRELLIS_SAMPLES: 'false' });
    expect(await answers(running)).toEqual(before);
    await stop(running);
  });
});
