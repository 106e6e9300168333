import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, run } from './harness.ts';

/** The machine's own Node, where it has one that is too old for TypeScript. */
const OLD_NODE = findOldNode();

function findOldNode(): string | null {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  for (const folder of folders) {
    try {
      const node = join(folder, 'node');
      const version = execFileSync(node, ['--version'], { encoding: 'utf8' });
      return Number.parseInt(version.slice(1), 10) < 24 ? node : null;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

describe.skipIf(OLD_NODE === null)('on a machine whose Node is too old (skipped where PATH has none)', () => {
  const old = OLD_NODE ?? '';
  let alone: string;

  beforeAll(async () => {
    alone = await mkdtemp(join(tmpdir(), 'trellis-alone-'));
    await copyFile(join(ROOT, 'trellis.js'), join(alone, 'trellis.js'));
    await writeFile(join(alone, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rm(alone, { recursive: true, force: true }));

  test('the command hands over to the pinned Node', async () => {
    const ended = await run(old, ['trellis.js', '--version'], {}).ended;
    expect(ended).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  test('and passes on how that ended', async () => {
    expect(await run(old, ['trellis.js', 'serch'], {}).ended).toMatchObject({ code: 2 });
  });

  test('npx takes the pinned Node as well', async () => {
    const path = [join(old, '..'), '/usr/bin', '/bin'].join(delimiter);
    const ended = await run('npx', ['--offline', 'trellis', '--version'], { PATH: path }).ended;
    expect(ended).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });

  test('npm start takes the pinned Node as well', async () => {
    const path = [join(old, '..'), '/usr/bin', '/bin'].join(delimiter);
    const settings = { PATH: path, TRELLIS_PORT: 'none' };
    const ended = await run('npm', ['start', '--offline'], settings).ended;
    // A wrong setting is what the program itself complains of: it runs.
    expect(ended.stderr).toContain('TRELLIS_PORT must be a whole number');
    expect(ended.code).toBe(2);
  });

  test('without a pinned Node it says in one sentence what is missing', async () => {
    const { code, stdout, stderr } = await run(old, ['trellis.js', 'start'], {}, alone).ended;
    expect(stderr).toMatch(/^Trellis needs Node 24 or newer and this is v\d+\.\d+\.\d+: run "npm ci" .*\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});
