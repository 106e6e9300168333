/** A word of its own in every secret, and every output looked through for it, with the log as talkative as it gets. */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SECRET_NAMES } from '../../platform/config.ts';
import { dataFolder, ROOT } from '../cli/harness.ts';

const canary = (name: string) => `canary-${name}-3f9a1c7e5b2d8046`;

/** Settings that are secrets. One that comes must be added, or this fails. */
const PLANTED: Readonly<Record<string, string>> = {
  TRELLIS_API_KEY_SECRET: `${canary('pepper')}-and-more-to-be-long-enough`,
  TRELLIS_LLM_API_KEY: canary('model'),
  TRELLIS_EMBEDDER_API_KEY: canary('embedder'),
  TRELLIS_PREVIOUS_EMBEDDER_API_KEY: canary('former-embedder'),
  TRELLIS_VECTORS_API_KEY: canary('vectors'),
  TRELLIS_GRAPH_PASSWORD: canary('graph'),
  TRELLIS_GRAPH_STANDBY_PASSWORD: canary('graph-standby'),
  TRELLIS_BACKUP_KEY: Buffer.from(canary('backup').padEnd(32).slice(-32)).toString('base64'),
  TRELLIS_BACKUP_PREVIOUS_KEYS: Buffer.from(canary('former-backup').slice(-32)).toString('base64'),
  TRELLIS_BACKUP_S3_SECRET_ACCESS_KEY: canary('bucket'),
  TRELLIS_REDIS_SENTINEL_PASSWORD: canary('sentinels'),
  TRELLIS_BACKUP_WEBHOOK_SECRET: Buffer.from(canary('webhook')).toString('base64'),
  TRELLIS_VAULT_TOKEN: canary('vault-token'),
  TRELLIS_VAULT_SECRET_ID: canary('vault-secret-id'),
};
/** A Redis that is not there keeps the server from starting; `test/platform/secrets` looks at what is said of its password. */
const PLANTED_ELSEWHERE = ['TRELLIS_REDIS_URL'];
const PASSWORD = canary('password');
const WRONG_PASSWORD = canary('wrong-password');

const SERVER = join(ROOT, 'test/security/fuzz/server-process.ts');

let server: ChildProcess;
let url: string;
let directory: string;
const settings: Record<string, string> = {};
const secrets = new Set<string>();
const outputs: string[] = [];
const log: string[] = [];

beforeAll(async () => {
  directory = await dataFolder();
  Object.assign(settings, PLANTED, {
    TRELLIS_DATA_DIR: directory,
    TRELLIS_PORT: '0',
    TRELLIS_SAMPLES: 'false',
    TRELLIS_MODE: 'production',
    TRELLIS_LOG_LEVEL: 'debug',
    TRELLIS_OPERATOR_TENANT: 'acme',
    // Nobody is there: what is said of the failure is looked at as well.
    TRELLIS_LLM_URL: 'http://127.0.0.1:9/v1',
    TRELLIS_LLM_MODEL: 'none',
    TRELLIS_BACKUP_DIR: join(directory, 'backups'),
    TRELLIS_BACKUP_S3_ACCESS_KEY_ID: 'trellis',
  });
  for (const secret of [...Object.values(PLANTED), PASSWORD, WRONG_PASSWORD]) secrets.add(secret);
  server = fork(SERVER, [], { env: { ...process.env, ...settings }, silent: true, execArgv: [] });
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (data) => log.push(String(data)));
  url = String((await once(server, 'message'))[0]);
});
afterAll(() => stop());

async function stop(): Promise<void> {
  if (server === undefined || server.exitCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}

/** Credentials that were handed out are in the answer that hands them out, which is not looked through. */
async function ask(query: string, variables: object, token: string | null): Promise<Record<string, never>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (!/"(?:secret|accessToken)":/.test(text)) outputs.push(text);
  return JSON.parse(text).data ?? {};
}

async function command(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'main.ts'), ...args], {
    env: { ...process.env, ...settings, TRELLIS_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => outputs.push(String(data)));
  await once(child, 'close');
}

test('every setting that is called a secret is planted', () => {
  const planted = [...Object.keys(PLANTED), ...PLANTED_ELSEWHERE];
  expect(SECRET_NAMES.map((name) => `TRELLIS_${name}`).toSorted()).toEqual(planted.toSorted());
});

test('no secret is in an answer, the log, the metrics, health, the audit log, or what commands print', async () => {
  const bootstrap = (await readFile(join(directory, 'secrets', 'bootstrap-secret'), 'utf8')).trim();
  secrets.add(bootstrap);
  const root = { tenant: 'acme', name: 'root', password: PASSWORD };
  const first =
    'mutation ($input: BootstrapAdministratorInput!) { bootstrapAdministrator(input: $input) { user { id } } }';
  await ask(first, { input: { ...root, secret: `${bootstrap}x` } }, null);
  await ask(first, { input: { ...root, secret: bootstrap } }, null);
  const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken } }';
  await ask(signIn, { input: { ...root, password: WRONG_PASSWORD } }, null);
  const session = (await ask(signIn, { input: root }, null)) as unknown as {
    readonly signIn: { readonly accessToken: string; readonly refreshToken: string };
  };
  const { accessToken, refreshToken } = session.signIn;
  for (const secret of [accessToken, refreshToken]) secrets.add(secret);
  const made = (await ask(
    'mutation { createApiKey(input: { name: "k", scopes: ["admin:*", "documents:read"] }) { secret } }',
    {},
    accessToken,
  )) as unknown as { readonly createApiKey: { readonly secret: string } };
  secrets.add(made.createApiKey.secret);
  const keys = join(directory, 'keys');
  for (const file of await readdir(keys))
    for (const [, d = ''] of (await readFile(join(keys, file), 'utf8')).matchAll(/"d": ?"([^"]+)"/g))
      secrets.add(d);
  await ask(
    'mutation { changePassword(input: { current: "x", password: "y" }) { user { id } } }',
    {},
    accessToken,
  );
  await ask('{ nothing }', { password: PASSWORD }, accessToken);
  await ask(
    '{ viewer { subject apiKey { id start } } health { components { name detail } } }',
    {},
    made.createApiKey.secret,
  );
  await ask('{ ask(question: "Who?") { text degraded { reason } } }', {}, accessToken);
  await ask('{ auditLog(first: 100) { nodes { actor action targets detail address } } }', {}, accessToken);
  await ask('{ viewer { subject } }', {}, `${made.createApiKey.secret.slice(0, -1)}x`);
  await ask('{ viewer { subject } }', {}, `${accessToken}x`);
  await ask(
    'mutation ($t: String!) { signOut(input: { refreshToken: $t }) { ended } }',
    { t: refreshToken },
    null,
  );
  for (const path of [
    '/metrics',
    '/health/ready',
    '/health/live',
    '/.well-known/jwks.json',
    `/x?token=${accessToken}`,
  ])
    outputs.push(await (await fetch(`${url}${path}`)).text());
  settings['TRELLIS_TOKEN'] = made.createApiKey.secret;
  await command('doctor');
  await command('key', 'list');
  await command('search', 'anything');
  await command('--help');
  settings['TRELLIS_PORT'] = 'none';
  settings['TRELLIS_GRAPH'] = 'nonsense';
  await command('start');
  await stop();

  expect(secrets.size).toBeGreaterThanOrEqual(14);
  const said = [...outputs, ...log];
  expect(log.length).toBeGreaterThan(10);
  expect(said.join('').length).toBeGreaterThan(5_000);
  // A path that is asked for is repeated to whoever asked, without what is behind the question mark.
  const leaks = [...secrets].filter((secret) => said.some((text) => text.includes(secret)));
  expect(leaks).toEqual([]);
}, 300_000);
