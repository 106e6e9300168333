/** What is shot at: a process of Trellis with a few documents in it, and credentials of every kind for it. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UnsecuredJWT } from 'jose';
import type { Principal, Scope } from '../../../model/principal.ts';
import { makeApiKey } from '../../../platform/auth/api-key.ts';
import { CLIENT_AUDIENCE, createTokenAuthority } from '../../../platform/auth/token-authority.ts';
import { freePort } from '../../servers/free-port.ts';
import { UNLIMITED } from '../../unlimited.ts';
import { type Data, EVERY_SCOPE, OPERATORS } from '../installation.ts';
import type { Pool } from './operations.ts';

const SERVER = fileURLToPath(new URL('./server-process.ts', import.meta.url));

export interface Memory {
  readonly heapUsed: number;
  readonly rss: number;
  readonly external: number;
}

export interface Target {
  readonly url: string;
  readonly subgraphsUrl: string;
  /** Credentials by name; made anew before they end. */
  credentials(): Promise<ReadonlyMap<string, string>>;
  /** The gateway's own token for a subgraph. */
  inner(subgraph: string): Promise<string>;
  readonly pool: Pool;
  /** What no answer and no log line may hold. */
  readonly secrets: readonly string[];
  readonly directory: string;
  /** Everything it wrote, line by line. */
  readonly log: readonly string[];
  readonly isAlive: boolean;
  /** Rejects when the process ends, saying by what. */
  readonly ended: Promise<never>;
  memory(): Promise<Memory>;
  /** Waits until every job is over; gives the codes of documents that failed. */
  drain(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const PASSWORD = 'a password that nobody sees';
/** Tokens live for longer than they are used here. */
const TOKEN_SECONDS = 3_600;
const TOKENS_USED_MS = 600_000;

export async function openTarget(): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-fuzz-'));
  const subgraphPort = await freePort();
  const child = fork(SERVER, [], {
    env: {
      ...process.env,
      TRELLIS_DATA_DIR: directory,
      TRELLIS_PORT: '0',
      TRELLIS_MODE: 'production',
      TRELLIS_SAMPLES: 'false',
      TRELLIS_SUBGRAPH_TRANSPORT: 'http',
      TRELLIS_SUBGRAPH_PORT: String(subgraphPort),
      TRELLIS_LOG_LEVEL: 'warn',
      TRELLIS_OPERATOR_TENANT: OPERATORS,
      ...UNLIMITED,
      // Not how slow a machine is that is shot at.
      TRELLIS_REQUEST_TIMEOUT_MS: '300000',
      TRELLIS_UPLOAD_BYTES_MAX: '3000000',
      TRELLIS_REQUEST_BYTES_MAX: '1000000',
      TRELLIS_DOCUMENT_BYTES_MAX: '500000',
    },
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    silent: true,
  });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => log.push(line));
  const ended = endOf(child, log);
  const [url] = (await Promise.race([once(child, 'message'), ended])).map(String) as [string];
  const authority = createTokenAuthority({ directory: join(directory, 'keys') });
  await authority.open();
  const sign = (who: Partial<Principal>) =>
    authority.issue({
      principal: { subject: 'fuzzer', tenant: 'acme', scopes: EVERY_SCOPE, ...who },
      audience: CLIENT_AUDIENCE,
      lifetimeSeconds: TOKEN_SECONDS,
    });
  const ask = askerOf(url, () => sign({}));
  const known = await furnish(ask, directory, await askerOf(url, () => sign({ tenant: OPERATORS })));
  const credentials = renewed(async () => credentialsOf(sign, known));
  return {
    ...{ url, directory, log, credentials, ended },
    subgraphsUrl: `http://127.0.0.1:${subgraphPort}`,
    inner: (subgraph) =>
      authority.issueFor({ subject: 'fuzzer', tenant: 'acme', scopes: EVERY_SCOPE }, subgraph),
    pool: known.pool,
    secrets: [...known.secrets, ...(await secretsOf(directory))],
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    memory: async () => {
      const answer = Promise.race([once(child, 'message'), ended]);
      child.send('memory');
      return (await answer)[0] as Memory;
    },
    drain: () => drained(ask),
    close: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Rejects when the process ends, with the last that it said. */
function endOf(child: ChildProcess, log: readonly string[]): Promise<never> {
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`it ended with ${code ?? signal}: ${log.slice(-20).join('\n')}`);
  });
  // Somebody waits for it only now and then.
  ended.catch(() => undefined);
  return ended;
}

type Ask = (query: string, variables?: Data) => Promise<Data>;

function askerOf(url: string, token: () => Promise<string>): Ask {
  return async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as Data;
    if (errors !== undefined) throw new Error(`${query}: ${errors[0].message}`);
    return data;
  };
}

interface Furniture {
  readonly pool: Pool;
  readonly secrets: readonly string[];
  readonly apiKey: string;
  readonly boundKey: string;
}

const DOCUMENTS = [
  { key: 'ada', title: 'Ada', content: 'Ada Lovelace wrote notes about the Analytical Engine.' },
  {
    key: 'engine',
    title: 'The engine',
    content: 'Charles Babbage designed the Analytical Engine in London.',
  },
  {
    key: 'babbage',
    metadata: { year: 1843 },
    content: 'Charles Babbage met Ada Lovelace in London in 1833.',
  },
];

async function furnish(ask: Ask, directory: string, asOperator: Ask): Promise<Furniture> {
  const { ingestDocuments } = await ask(
    'mutation ($documents: [DocumentInput!]!) { ingestDocuments(input: { collection: "notes", documents: $documents }) { job { id } } }',
    { documents: DOCUMENTS },
  );
  await drained(ask);
  const key = (name: string, collections?: readonly string[]) =>
    ask('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id } } }', {
      input: { name, scopes: EVERY_SCOPE.filter((scope) => scope !== 'admin:*'), collections },
    });
  const [full, bound] = [await key('full'), await key('bound', ['notes'])];
  const secret = (
    await readFile(join(directory, 'secrets', 'bootstrap-secret'), 'utf8').catch(() => '')
  ).trim();
  await asOperator('mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }', {
    input: { name: 'root', password: PASSWORD, roles: ['administrator'] },
  });
  const found = await ask(
    '{ collections { nodes { id } pageInfo { endCursor } } documents { nodes { id contentHash chunks { nodes { id } pageInfo { endCursor } } } pageInfo { endCursor } } entities { nodes { id name relationships { nodes { id } } } pageInfo { endCursor } } }',
  );
  const ids = [...JSON.stringify(found).matchAll(/"(?:id|endCursor|name|contentHash)":"([^"]+)"/g)];
  const { createApiKey } = full;
  return {
    pool: [
      ...ids.map(([, id = '']) => id),
      ...[ingestDocuments.job.id, createApiKey.key.id, 'notes', 'ada', 'acme', 'admin', 'root'],
    ],
    secrets: [createApiKey.secret, bound.createApiKey.secret, PASSWORD, secret].filter(Boolean),
    apiKey: createApiKey.secret,
    boundKey: bound.createApiKey.secret,
  };
}

async function credentialsOf(
  sign: (who: Partial<Principal>) => Promise<string>,
  { apiKey, boundKey }: Furniture,
): Promise<ReadonlyMap<string, string>> {
  const scopes: readonly Scope[] = ['documents:read', 'graph:read'];
  const strong = await sign({});
  const unsigned = new UnsecuredJWT({ tenant: 'acme', scope: 'admin:*' }).setSubject('eve').encode();
  return new Map([
    ['strong', `Bearer ${strong}`],
    ['operator', `Bearer ${await sign({ tenant: OPERATORS })}`],
    ['reader', `Bearer ${await sign({ scopes })}`],
    ['other tenant', `Bearer ${await sign({ tenant: 'globex' })}`],
    ['key', `Bearer ${apiKey}`],
    ['bound key', `Bearer ${boundKey}`],
    ['unknown key', `Bearer ${makeApiKey('LIVE')}`],
    ['unsigned', `Bearer ${unsigned}`],
    ['cut', `Bearer ${strong.slice(0, -9)}`],
    ['long', `Bearer ${'a'.repeat(9_000)}`],
    ['dots', 'Bearer ...'],
    ['basic', 'Basic YWRtaW46YWRtaW4='],
    ['empty', 'Bearer '],
  ]);
}

function renewed<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  let at = 0;
  return () => {
    if (made === null || Date.now() - at > TOKENS_USED_MS) [made, at] = [make(), Date.now()];
    return made;
  };
}

/** What the installation itself keeps secret on its disk. */
async function secretsOf(directory: string): Promise<readonly string[]> {
  const secrets: string[] = [];
  for (const folder of ['keys', 'secrets'])
    for (const file of await readdir(join(directory, folder)).catch(() => [])) {
      if (/public|jwks/.test(file)) continue;
      const text = await readFile(join(directory, folder, file), 'utf8');
      const privates = [...text.matchAll(/"d": ?"([^"]+)"/g)].map(([, secret = '']) => secret);
      secrets.push(...privates, ...(text.length < 200 && !text.startsWith('{') ? [text.trim()] : []));
    }
  return secrets.filter((secret) => secret.length > 10);
}

const UNFINISHED =
  '{ a: documents(filter: { status: PENDING }) { nodes { id } } b: documents(filter: { status: INDEXING }) { nodes { id } } }';

async function drained(ask: Ask): Promise<readonly string[]> {
  for (;;) {
    const { a, b } = await ask(UNFINISHED);
    if (a.nodes.length + b.nodes.length === 0) break;
    await pause(50);
  }
  const { documents } = await ask(
    '{ documents(filter: { status: FAILED }, first: 100) { nodes { id title } } }',
  );
  return documents.nodes.map(({ id }: Data) => id);
}
