/** The first administrator and signing in on the command line; and that no password or token is ever in a log. */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder, ROOT, run, type Server, startServer, stop, trellis } from './harness.ts';

const PASSWORD = 'gigantic purple walrus';

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

/** As a script gives a password: through a pipe. */
const piped = (password: string, ...args: readonly string[]) =>
  run(
    'sh',
    ['-c', 'printf "%s\\n" "$0" | "$@"', password, process.execPath, join(ROOT, 'trellis.js'), ...args],
    server.settings,
  ).ended;

test('the first administrator is made, signs in, and what is secret stands in no log', async () => {
  const file = join(folder, 'secrets', 'bootstrap-secret');
  expect(server.said()).toContain(file);
  const secret = await readFile(file, 'utf8');
  const short = await piped('short', 'bootstrap', '--name', 'Ada');
  expect(short).toMatchObject({ stdout: '', stderr: expect.stringContaining('at least 12') });
  const made = await piped(PASSWORD, 'bootstrap', '--name', 'Ada');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toMatch(/^Ada \(usr_.*\) is the first administrator of default\./);
  const again = await piped(PASSWORD, 'bootstrap', '--name', 'Eve');
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(`There is no ${file}`) });

  const signedIn = await piped(PASSWORD, 'sign-in', '--name', 'ada', '--json');
  const tokens = JSON.parse(signedIn.stdout) as { accessToken: string; refreshToken: string };
  const { stdout } = await piped(PASSWORD, 'sign-in', '--name', 'ada');
  expect((await trellis(['--token', stdout.trim(), 'doctor'], server.settings).ended).code).toBe(0);
  const wrong = await piped('another walrus', 'sign-in', '--name', 'ada');
  expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('UNAUTHENTICATED') });
  expect((await piped('', 'sign-in', '--name', 'ada')).stderr).toContain('There is no password');

  // Mistakes as well, which are told with what was wrong.
  for (const body of [
    {
      query: `mutation { signIn(input: { tenant: "default", name: "ada", password: "${PASSWORD}" }) { nothing } }`,
    },
    { query: `mutation { signIn(input: { password: "${PASSWORD}" }) { accessToken } }` },
    {
      query: 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }',
      variables: { input: { tenant: 1, name: [PASSWORD], password: [PASSWORD] } },
    },
    {
      query: 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }',
      variables: { input: { refreshToken: tokens.refreshToken, other: tokens.refreshToken } },
    },
  ])
    await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const said = server.said();
  for (const text of [PASSWORD, 'another walrus', secret, tokens.refreshToken, tokens.accessToken])
    expect(said).not.toContain(text);
}, 120_000);
