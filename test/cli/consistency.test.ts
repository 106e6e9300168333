/** `trellis doctor --check` and `--repair` against a real server whose index was damaged while it was down. */
// cspell:words zuse

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder, type Ended, type Server, startServer, stop, trellis } from './harness.ts';

const SLOW_MS = 180_000;
const SETTINGS = { TRELLIS_SAMPLES: 'false' };

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await dataFolder();
  server = await startServer(folder, SETTINGS);
  await writeFile(join(folder, 'zuse.md'), '# Konrad Zuse\n\nKonrad Zuse designed the Z3 in Berlin.\n');
  const { code } = await ask('ingest', join(folder, 'zuse.md'), '--collection', 'mine');
  expect(code).toBe(0);
}, SLOW_MS);
afterAll(async () => {
  await stop(server);
  await rm(folder, { recursive: true, force: true });
});

const ask = (...args: readonly string[]) => trellis(args, server.settings).ended;
/** On a busy machine an engine may be late to say that it is well, which the doctor tells: then it looks again. */
const examined = async (...args: readonly string[]): Promise<Ended> => {
  for (;;) {
    const ended = await ask(...args);
    if (!ended.stdout.includes('does not answer within')) return ended;
  }
};

test('tells what differs, mends it when told to, and is well again', { timeout: SLOW_MS }, async () => {
  expect((await ask('doctor')).stdout).toMatch(/stores +UNKNOWN/);
  const sound = await examined('doctor', '--check');
  expect(sound.stdout).toMatch(/stores +SOUND +checked \S+, 0 left/);
  expect(sound.code).toBe(0);

  await stop(server);
  const index = new DatabaseSync(join(folder, 'vectors', 'keywords.sqlite'));
  index.exec('DELETE FROM document');
  index.close();
  server = await startServer(folder, SETTINGS);

  const faulty = await examined('doctor', '--check');
  expect(faulty.stdout).toMatch(/consistency +DEGRADED +1 fault found/);
  expect(faulty.stdout).toMatch(/stores +FAULTY[\s\S]*index: FACTS_MISSING 1 found, 0 mended/);
  expect(faulty.stdout).toMatch(/"trellis doctor --repair" mends what can be mended\.$/m);
  expect(faulty.code).toBe(1);

  expect(await ask('doctor', '--repair')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  });
  const mended = await ask('doctor', '--repair', '--yes', '--json');
  expect(mended.code).toBe(0);
  expect(JSON.parse(mended.stdout).consistency).toMatchObject({
    state: 'DONE',
    repairs: true,
    wholeInstallation: true,
    counts: [{ kind: 'FACTS_MISSING', store: 'INDEX', found: 1, mended: 1 }],
    findings: [{ kind: 'FACTS_MISSING', mendable: true, mended: true }],
  });
  expect((await examined('doctor', '--check')).stdout).toMatch(/consistency +UP/);
});

test('shows those of another tenant their own part alone', { timeout: SLOW_MS }, async () => {
  const { stdout: token } = await ask('token', '--tenant', 'acme');
  const { stdout, code } = await examined('--token', token.trim(), 'doctor', '--check', '--json');
  expect(code, stdout).toBe(0);
  expect(JSON.parse(stdout).consistency).toMatchObject({ state: 'DONE', wholeInstallation: false });
});

test('tells which document has what no repair can mend', { timeout: SLOW_MS }, async () => {
  await stop(server);
  const contents = new DatabaseSync(join(folder, 'content', 'content.sqlite'));
  contents.exec('PRAGMA foreign_keys = ON; DELETE FROM blob WHERE id = (SELECT min(id) FROM blob)');
  contents.close();
  server = await startServer(folder, SETTINGS);
  const { stdout, code } = await ask('doctor', '--repair', '--yes');
  expect(code).toBe(1);
  expect(stdout).toMatch(/consistency +DEGRADED +1 fault found, .* A repair cannot help/);
  expect(stdout).toMatch(/CONTENT_MISSING sha256:\w+: .* It is the document doc_[\w-]{22}\./);
  expect(stdout).not.toMatch(/mends what can be mended/);
});
