/** API keys and the doctor on the command line, as an operator types them. */

import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, type Server, startServer, stop, trellis } from './harness.ts';

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await dataFolder();
  // As much as it can say: no secret may be in it.
  server = await startServer(folder, { TRELLIS_SAMPLES: 'false', TRELLIS_LOG_LEVEL: 'debug' });
});
afterAll(async () => {
  await stop(server);
  await rm(folder, { recursive: true, force: true });
});

const ask = (...args: readonly string[]) => trellis(args, server.settings).ended;

describe('an API key', () => {
  test('is made, used, rotated and revoked, and stands in no log', async () => {
    const made = await ask(
      'key',
      'create',
      '--name',
      'nightly',
      '--scope',
      'documents:read graph:read',
      '--days',
      '2',
    );
    expect(made.code).toBe(0);
    const secret = made.stdout.trim();
    expect(secret).toMatch(/^trk_live_[0-9A-Za-z]{60}$/);
    expect(made.stderr).toMatch(
      /ACTIVE {3}nightly · documents:read graph:read · every collection · until .* · never used/,
    );
    const id = secret.slice(9, 25);

    const used = await ask('--token', secret, 'search', 'anything');
    expect(used.stderr).toContain('FORBIDDEN: This needs the scope "retrieval:read"');
    const rotated = await ask('key', 'rotate', id, '--grace-seconds', '0', '--json');
    const second = (JSON.parse(rotated.stdout) as { readonly secret: string }).secret;
    expect((await ask('--token', secret, 'search', 'anything')).stderr).toContain(
      'UNAUTHENTICATED: The API key was replaced',
    );
    expect((await ask('key', 'list')).stdout).toMatch(
      new RegExp(`^${id} {2}ACTIVE {3}nightly .* last used|never used`),
    );
    expect(await ask('key', 'revoke', id)).toMatchObject({
      code: 0,
      stdout: `${id} (nightly) is revoked.\n`,
    });
    const refused = await ask('--token', second, 'search', 'anything');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('UNAUTHENTICATED: The API key was revoked');
    for (const text of [secret, second]) expect(server.said()).not.toContain(text.slice(25));
  }, 120_000);

  test.each([
    [['key', 'create', '--name', 'x', '--scope', 'everything'], /Unknown: everything/, 2],
    [['key', 'rotate', 'nothing'], /NOT_FOUND: There is no API key nothing/, 1],
    [['key', 'rotate', 'x', '--grace-seconds', '-1'], /whole number from 0 on/, 2],
  ])('%j is refused', async (args, message, code) => {
    const ended = await ask(...args);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
  });
});

test('the doctor says how the parts are, and that the audit log is whole', async () => {
  const { code, stdout } = await ask('doctor');
  expect(stdout).toMatch(/^Trellis \S+ is UP\.\n(.*\n)* {2}audit log +WHOLE/);
  expect(code).toBe(0);
});
