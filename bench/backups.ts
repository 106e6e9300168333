/**
 * Backup and restore of a large installation: `npm run bench:backups [-- --chunks 100000] [--folder FOLDER]`. It is backed
 * up whole and after a change, proven, restored by `trellis restore` into an empty folder, and a server is started on that
 * until it answers. Beside it, in the same run, the data folder is copied by `cp -a`, twice. With a folder, an installation
 * that was built there is used again.
 */

import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readArguments } from './arguments.ts';
import type { BackupStage, Spent } from './backups/backup-process.ts';
import type { Built } from './backups/build-process.ts';
import { askAll, differing } from './backups/questions.ts';
import { printReport } from './report.ts';

const values = readArguments({ chunks: { type: 'string', default: '10000' }, folder: { type: 'string' } });
const MEGABYTE = 2 ** 20;
const POLL_MS = 100;
const run = promisify(execFile);
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'trellis-bench-backups-')));
await mkdir(folder, { recursive: true });
const [data, target, copy, restored] = ['data', 'target', 'copy', 'restored'].map((name) =>
  join(folder, name),
) as [string, string, string, string];
const key = Buffer.alloc(32, 7).toString('base64');
const settings = {
  TRELLIS_BACKUP_DIR: target,
  TRELLIS_BACKUP_KEY: key,
  TRELLIS_LOG_LEVEL: 'error',
  TRELLIS_SAMPLES: 'false',
};

try {
  await report();
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}

async function report(): Promise<void> {
  for (const path of [target, copy, restored]) await rm(path, { recursive: true, force: true });
  const built = await build();
  const folderBytes = Number((await run('du', ['-sb', data])).stdout.split('\t')[0]);
  const copyBefore = await copySeconds();
  const stage = await inProcess<BackupStage>('backup-process.ts', [data]);
  const copyAfter = await copySeconds();
  const plainCopy = (copyBefore + copyAfter) / 2;
  const restore = await restoreSeconds(stage.incremental.id);
  const server = await startSeconds();
  const differences = differing(stage.answers, server.answers);
  const { full, incremental } = stage;
  printReport(
    {
      bench: 'backups',
      setting: [
        `${built.chunks} chunks of ${built.tenants} tenants, one of them ingested and the others copies of it; ${(folderBytes / MEGABYTE).toFixed(0)} MB in the data folder`,
        'the server goes on meanwhile; the target is a folder on the same disk; between the backups fifty documents come and fifty are replaced',
        'a plain copy is "cp -a" of the data folder until it is on disk, once before and once after',
      ],
      figures: [
        { name: 'plain copy', value: plainCopy, unit: 's' },
        { name: 'full backup', value: full.seconds, unit: 's' },
        { name: 'full backup, of the processor', value: full.cpuSeconds, unit: 's' },
        { name: 'full backup, speed / that of a plain copy', value: plainCopy / full.seconds, unit: '×' },
        { name: 'full backup, before compression', value: full.plainBytes / MEGABYTE, unit: 'MB' },
        { name: 'full backup, stored', value: full.storedBytes / MEGABYTE, unit: 'MB' },
        { name: 'backup after a change', value: incremental.seconds, unit: 's' },
        { name: 'backup after a change, of the processor', value: incremental.cpuSeconds, unit: 's' },
        {
          name: 'of it written anew',
          value: (incremental.storedBytes - incremental.reusedBytes) / MEGABYTE,
          unit: 'MB',
        },
        {
          name: 'of it spared, being there',
          value: (100 * incremental.reusedBytes) / incremental.storedBytes,
          unit: '%',
        },
        { name: 'restore on trial, compared', value: stage.trial.seconds, unit: 's' },
        { name: 'restore on trial, of the processor', value: stage.trial.cpuSeconds, unit: 's' },
        { name: 'trellis restore, compared and switched', value: restore.seconds, unit: 's' },
        { name: 'trellis restore, of the processor', value: restore.cpuSeconds, unit: 's' },
        { name: 'trellis start until it is ready', value: server.seconds, unit: 's' },
        { name: 'trellis start, of the processor', value: server.cpuSeconds, unit: 's' },
        { name: 'time to recovery: both', value: restore.seconds + server.seconds, unit: 's' },
        {
          name: 'time to recovery, of the processor',
          value: restore.cpuSeconds + server.cpuSeconds,
          unit: 's',
        },
        { name: 'questions answered otherwise', value: differences.length, unit: '', atMost: 0 },
        { name: 'memory of the server when idle', value: stage.idle / MEGABYTE, unit: 'MB' },
        { name: 'highest until the backup was done', value: stage.peakOfBackup / MEGABYTE, unit: 'MB' },
        { name: 'highest with a second one on trial', value: stage.peakOfTrial / MEGABYTE, unit: 'MB' },
        { name: 'highest of trellis restore', value: restore.peak / MEGABYTE, unit: 'MB' },
      ],
    },
    values,
  );
}

/** Kept beside the data, so that another run need not build it again. */
async function build(): Promise<Built> {
  const note = join(folder, `built-${values.chunks}.json`);
  const known = await readFile(note, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known) as Built;
  await rm(data, { recursive: true, force: true });
  const built = await inProcess<Built>('build-process.ts', [data, values.chunks]);
  await writeFile(note, JSON.stringify(built));
  return built;
}

async function inProcess<Result>(script: string, args: readonly string[]): Promise<Result> {
  const child = fork(new URL(`./backups/${script}`, import.meta.url), args, {
    env: { ...process.env, ...settings },
  });
  const results: Result[] = [];
  child.on('message', (result) => results.push(result as Result));
  // The last message may come behind the end of the process, and is there when the channel has closed.
  const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  const [result] = results;
  if (result === undefined) throw new Error(`${script} ended with ${code}`);
  return result;
}

async function copySeconds(): Promise<number> {
  const startedAt = performance.now();
  await run('cp', ['-a', data, copy]);
  await run('sync', ['-f', copy]);
  const seconds = (performance.now() - startedAt) / 1_000;
  await rm(copy, { recursive: true, force: true });
  return seconds;
}

async function restoreSeconds(id: string): Promise<Spent & { readonly peak: number }> {
  await mkdir(restored, { recursive: true });
  const startedAt = performance.now();
  const child = trellis(['restore', id, '--yes', '--json']);
  const exit = once(child, 'exit');
  const [seen, [code]] = await Promise.all([watched(child), exit]);
  if (code !== 0) throw new Error(`trellis restore ended with ${code}`);
  return { seconds: (performance.now() - startedAt) / 1_000, ...seen };
}

async function startSeconds() {
  const port = 20_000 + (process.pid % 20_000);
  const startedAt = performance.now();
  const child = trellis(['start'], { TRELLIS_PORT: String(port), TRELLIS_SUBGRAPH_PORT: '0' });
  const exit = once(child, 'exit');
  try {
    const url = `http://127.0.0.1:${port}`;
    while (!(await isReady(url))) {
      if (child.exitCode !== null) throw new Error(`trellis start ended with ${child.exitCode}`);
      await delay(POLL_MS);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const { cpuSeconds } = (await lookAt(child)) ?? { cpuSeconds: 0 };
    return { seconds, cpuSeconds, answers: await askAll(url, restored) };
  } finally {
    child.kill('SIGTERM');
    await exit;
  }
}

function trellis(args: readonly string[], more: Readonly<Record<string, string>> = {}): ChildProcess {
  const command = new URL('../main.ts', import.meta.url).pathname;
  return spawn(process.execPath, [command, ...args], {
    env: { ...process.env, NODE_ENV: 'production', ...settings, ...more, TRELLIS_DATA_DIR: restored },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

interface SeenProcess {
  /** Highest resident memory, in bytes. */
  readonly peak: number;
  readonly cpuSeconds: number;
}

/** As last seen before the process ended. */
async function watched(child: ChildProcess): Promise<SeenProcess> {
  let last: SeenProcess = { peak: 0, cpuSeconds: 0 };
  for (let seen = await lookAt(child); seen !== null; seen = await lookAt(child)) {
    last = seen;
    await delay(POLL_MS);
  }
  return last;
}

/** Null where it has ended, or the system does not tell. */
async function lookAt({ pid }: ChildProcess): Promise<SeenProcess | null> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [status, stat] = await Promise.all([read('status'), read('stat')]);
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
  if (kilobytes === undefined) return null;
  // Behind the name in brackets; times are the 12th and 13th field there, in hundredths.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    peak: Number(kilobytes) * 1_024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
  };
}
