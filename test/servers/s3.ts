/**
 * A real S3 server for tests: Versity's gateway over a folder, built once by Go into a folder outside git, on a port of
 * its own, with controls to stop it in the middle.
 */

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leftOut } from './asked-for.ts';
import { freePort } from './free-port.ts';

const GATEWAY = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const FOLDER = join(import.meta.dirname, 's3', 'target');
const BINARY = join(FOLDER, 'versitygw');
const BUCKET = 'backups';

/** Why tests that need S3 cannot run here; null when they can. Once built, it runs everywhere. */
export const s3Missing: string | null = whyMissing();

export interface S3Server {
  /** Of a target in a new prefix of the bucket. */
  target(): {
    readonly bucket: string;
    readonly prefix: string;
    readonly endpoint: string;
    readonly region: string;
    readonly pathStyle: true;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** As `kill -9` does. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what it had. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startS3(): Promise<S3Server> {
  await build();
  const [port, directory] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'trellis-s3-'))]);
  const credentials = { accessKeyId: 'trellis-tests', secretAccessKey: 'trellis-tests-secret' };
  await mkdir(join(directory, BUCKET));
  const start = async () => {
    const child = spawn(
      BINARY,
      ['--port', `127.0.0.1:${port}`, '--region', 'us-east-1', 'posix', directory],
      {
        env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
        stdio: 'ignore',
      },
    );
    await listening(port, child);
    return child;
  };
  let child = await start();
  let targets = 0;
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    target: () => ({
      bucket: BUCKET,
      prefix: `target-${targets++}/`,
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      pathStyle: true,
      credentials,
    }),
    kill,
    restart: async () => {
      await kill();
      child = await start();
    },
    close: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function build(): Promise<void> {
  if (existsSync(BINARY)) return;
  await mkdir(FOLDER, { recursive: true });
  await promisify(execFile)('go', ['install', GATEWAY], { env: { ...process.env, GOBIN: FOLDER } });
}

/** Until it takes connections, or has ended. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const [is] = await Promise.race([
      once(socket, 'connect').then(() => [true]),
      once(socket, 'error').then(() => [false]),
    ]).catch(() => [false]);
    socket.destroy();
    if (is) return;
    await once(child, 'exit', { signal: AbortSignal.timeout(50) }).catch(() => undefined);
  }
  throw new Error(`The S3 server ended with ${child.exitCode}.`);
}

function whyMissing(): string | null {
  if (existsSync(BINARY)) return null;
  if (leftOut !== null) return leftOut;
  return spawnSync('go', ['version']).error === undefined ? null : 'go is not installed';
}
