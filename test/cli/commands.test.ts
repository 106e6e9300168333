/** The commands that talk to a server, as a user types them: what they print, where, and how they end. */
// cspell:words Zuse PIPESTATUS

import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, ROOT, run, type Server, startServer, stop, trellis } from './harness.ts';

/** Several processes one after another, on a machine that has other things to do. */
const SLOW_MS = 120_000;

let folder: string;
let files: string;
let server: Server;

beforeAll(async () => {
  folder = await dataFolder();
  files = await dataFolder();
  await mkdir(join(files, 'notes', '.hidden'), { recursive: true });
  await mkdir(join(files, 'empty'));
  await writeFile(
    join(files, 'notes', 'zuse.md'),
    '# Konrad Zuse\n\nKonrad Zuse designed the Z3 in Berlin in 1941.\n',
  );
  await writeFile(
    join(files, 'notes', 'rows.csv'),
    'title,text\nZ4,The Z4 was rented by ETH Zurich in 1950.\n',
  );
  await writeFile(join(files, 'notes', '.hidden', 'x.md'), 'hidden');
  await writeFile(join(files, 'notes', 'picture.xyz'), 'no document');
  await writeFile(join(files, 'broken.pdf'), 'no PDF');
  server = await startServer(folder, { TRELLIS_SAMPLES: 'false' });
});
afterAll(async () => {
  await stop(server);
  await rm(folder, { recursive: true, force: true });
  await rm(files, { recursive: true, force: true });
});

const ask = (...args: readonly string[]) => trellis(args, server.settings).ended;
const notes = () => join(files, 'notes');

describe('a user who hands documents over', () => {
  test('sees them indexed, and nothing done twice', async () => {
    const first = await ask('ingest', notes(), '--collection', 'mine');
    expect(first.stderr).toMatch(
      /Ingesting: 2\/2 files handed over\n(.*\n)*Ingesting: 2\/2 documents indexed\n$/,
    );
    expect(first).toMatchObject({ code: 0, stdout: '2 documents from 2 files: 0 unchanged, 0 failed\n' });
    const again = await ask('ingest', notes(), '--collection', 'mine');
    expect(again).toMatchObject({ code: 0, stdout: '2 documents from 2 files: all unchanged, 0 failed\n' });
  });

  test('finds them, with the reasons', async () => {
    const { code, stdout } = await ask(
      'search',
      'Who designed the Z3?',
      '--collection',
      'mine',
      '--first',
      '1',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\. Konrad Zuse +\d\.\d{3} = .*KEYWORD #1/);
    expect(stdout).toMatch(/1 passage in \d+\.\d ms\n$/);
  });

  test('is answered with the place that says so', async () => {
    const { code, stdout } = await ask('ask', 'What did Konrad Zuse design?');
    expect(code).toBe(0);
    expect(stdout).toContain('[1] Konrad Zuse: “Konrad Zuse designed the Z3 in Berlin in 1941.”');
    expect(stdout).not.toContain('[2] Konrad Zuse');
    expect(stdout).toContain('Grounded in the documents');
  });

  test('may have everything as JSON, alone on stdout', async () => {
    const ingested = await ask('ingest', notes(), '--collection', 'json', '--json');
    expect(JSON.parse(ingested.stdout)).toMatchObject({ files: 2, documents: 2, unchanged: 0, failures: [] });
    const found = await ask('search', 'Z3', '--json');
    expect(JSON.parse(found.stdout).hits[0].chunk.document.title).toBe('Konrad Zuse');
    const answered = await ask('ask', 'Who designed the Z3?', '--json');
    expect(JSON.parse(answered.stdout)).toMatchObject({
      grounded: true,
      generator: expect.stringMatching(/^extractive-/),
    });
  });

  test('loses one bad document and keeps the others', async () => {
    const args = ['ingest', join(files, 'broken.pdf'), notes(), '--collection', 'some'];
    const { code, stdout, stderr } = await ask(...args);
    expect(stdout).toBe('2 documents from 3 files: 0 unchanged, 1 failed\n');
    expect(stderr).toContain('broken.pdf: The media type says application/pdf, but the content');
    expect(code).toBe(1);
  });

  test('may stop with Ctrl-C and go on with the same command', { timeout: SLOW_MS }, async () => {
    const many = await dataFolder();
    const text = 'Ada Lovelace met Charles Babbage in London. '.repeat(20);
    for (let at = 0; at < 250; at++) await writeFile(join(many, `${at}.md`), `# Note ${at}\n\n${text}`);
    const args = ['ingest', many, '--collection', 'many'];
    const running = trellis(args, server.settings);
    await running.says(/[1-9]\d*\/250 files handed over/);
    const { code, stderr } = await stop(running, 'SIGINT');
    expect(stderr).toMatch(
      /CANCELLED: Interrupted\. \d+ of 250 files were handed over and are safe; run the same command again to go on\.\n$/,
    );
    expect(code).toBe(130);
    expect(await ask(...args)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^250 documents from 250 files: \w+ unchanged, 0 failed\n$/),
    });
    await rm(many, { recursive: true, force: true });
  });
});

describe('a mistake is told in a sentence with a way on, and ends with the code for its kind', () => {
  test.each<readonly [string, () => readonly string[], RegExp, number]>([
    [
      'a collection that is not there',
      () => ['search', 'Z3', '--collection', 'mime'],
      /^NOT_FOUND: .*no collection "mime"\. Did you mean "mine"/,
      1,
    ],
    [
      'a page that is too large',
      () => ['search', 'Z3', '--first', '1000'],
      /^BAD_INPUT: first: is 1000 and must be from 1 to 100\.$/,
      2,
    ],
    [
      'a file that is not there',
      () => ['ingest', 'nowhere.md', '--collection', 'c'],
      /^NOT_FOUND: There is no file or folder "nowhere\.md"\.$/,
      1,
    ],
    [
      'a kind of file that is not read',
      () => ['ingest', join(notes(), 'picture.xyz'), '--collection', 'c'],
      /^UNSUPPORTED_MEDIA_TYPE: .*picture\.xyz" is of a kind .* It reads \.md/,
      1,
    ],
    [
      'a folder with nothing to read',
      () => ['ingest', join(files, 'empty'), '--collection', 'c'],
      /^NOT_FOUND: There is nothing in .*empty" that Trellis reads\./,
      1,
    ],
    [
      'a token that is none',
      () => ['--token', 'abc', 'search', 'Z3'],
      /^UNAUTHENTICATED: .*npx trellis token/,
      1,
    ],
    [
      'an address that is none',
      () => ['--url', 'here', 'search', 'Z3'],
      /^BAD_INPUT: "here" is not an address/,
      2,
    ],
    [
      'a server that is down',
      () => ['--url', 'http://127.0.0.1:9', 'ask', 'Z3'],
      /^UNAVAILABLE: Nothing answers at http:\/\/127\.0\.0\.1:9\. Start Trellis/,
      3,
    ],
    [
      'a command that is none',
      () => ['serch', 'Z3'],
      /^error: unknown command 'serch'\n\(Did you mean search\?\)/,
      2,
    ],
    [
      'a scope that is none',
      () => ['token', '--scope', 'documents:all'],
      /Unknown: documents:all\. There are: documents:read/,
      2,
    ],
  ])('%s', async (_, args, message, code) => {
    const ended = await ask(...args());
    expect(ended.stderr.trimEnd()).toMatch(message);
    expect(ended.stderr).not.toMatch(/^ +at /m);
    expect(ended).toMatchObject({ code, stdout: '' });
  });

  test('a token that may not do this', async () => {
    const { stdout: token } = await ask('token', '--scope', 'documents:read');
    const { code, stderr } = await ask('--token', token.trim(), 'ingest', notes(), '--collection', 'c');
    expect(stderr).toContain('FORBIDDEN: This needs the scope "documents:write".');
    expect(code).toBe(1);
  });

  test('a key that is not there is not made', async () => {
    const empty = await dataFolder();
    const { code, stderr } = await trellis(['search', 'Z3'], { TRELLIS_DATA_DIR: empty }).ended;
    expect(stderr).toMatch(/^NOT_FOUND: There is no signing key in .*npm start.*--token/);
    expect(code).toBe(1);
    await rm(empty, { recursive: true });
  });

  test.each([['--promote'], ['--reseed', '--yes']])(
    'failover %s of a graph without a standby',
    async (...how) => {
      expect(await ask('failover')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('The graph has no standby. Set TRELLIS_GRAPH_STANDBY_URL'),
      });
      expect(await ask('failover', ...how)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^CONFLICT: The graph has no standby/),
      });
    },
  );

  test('something else that answers at the address', async () => {
    const other = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, stderr } = await ask('--url', url, 'search', 'Z3');
    other.close();
    expect(stderr).toMatch(/^UNAVAILABLE: What answers at .* is not Trellis/);
    expect(code).toBe(3);
  });
});

test('a reader who stops early, as head does, is no failure', async () => {
  const script = `${process.execPath} trellis.js search Zuse | head -c 3; echo " \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run('bash', ['-c', script], server.settings, ROOT).ended;
  expect(stdout).toMatch(/^1\. +0\n$/);
  expect(stderr).toBe('');
});

// The flags are those of util-linux; other systems have another `script`.
test.skipIf(process.platform !== 'linux' || !existsSync('/usr/bin/script'))(
  'on a terminal progress is a bar that is full in the end, and the cursor is back (needs script of util-linux)',
  async () => {
    const command = `${process.execPath} trellis.js ingest ${notes()} --collection terminal`;
    const { code, stdout } = await run('script', ['-qec', command, '/dev/null'], server.settings).ended;
    expect(stdout).toMatch(/Ingesting \[█+\] 2\/2 documents indexed/);
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
    expect(code).toBe(0);
  },
);
