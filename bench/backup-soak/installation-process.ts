/**
 * The installation that is backed up, in a process of its own, which may be killed at any moment: real engines in a folder,
 * the schedule of the product, and a clock that is told what time it is.
 */

import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { isProven } from '../../model/backup.ts';
import { collectionId } from '../../model/ids.ts';
import { type BackupNotice, createBackupSchedule } from '../../operations/backup-schedule/backup-schedule.ts';
import { createCalendar } from '../../operations/backup-schedule/calendar.ts';
import { compareInstallations } from '../../operations/move/compare.ts';
import { scratchIn } from '../../parts/backups.ts';
import { toProblem } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';
import { openDesk } from '../../test/operations/backups/harness.ts';
import { createTexts, type SoakDocument } from './documents.ts';
import { createFailingTarget, type FailingTarget, type TargetFault } from './failing-target.ts';

export type Command =
  | { readonly do: 'change'; readonly put: readonly SoakDocument[]; readonly remove: readonly string[] }
  | {
      readonly do: 'look';
      readonly at: number;
      readonly fault: TargetFault | null;
      readonly killGraphAfterMs: number | null;
    }
  | { readonly do: 'state'; readonly at: number; readonly since: number }
  | { readonly do: 'finish'; readonly at: number }
  | { readonly do: 'close' };

export interface Looked {
  readonly notices: readonly BackupNotice[];
  readonly graph: string;
  readonly calls: number;
  readonly puts: number;
  readonly failed: number;
  readonly ms: number;
}

export interface Seen {
  /** Whether a set of that time or later was restored on trial and came back whole. */
  readonly proven: boolean;
  /** Why the newest that failed since then did. */
  readonly problem: string | null;
  readonly sets: number;
}

export interface Finished {
  readonly sets: number;
  /** Objects of parts that belong to no set. */
  readonly strayParts: number;
  readonly unfinishedPuts: number;
  /** Between the installation and what its last set gives back. */
  readonly differences: readonly string[];
}

const TENANT = 'acme';
const COLLECTION = 'soak';
const [folder = '', targetFolder = '', seed = ''] = process.argv.slice(2);

const threads: Worker[] = [];
process.on('worker', (thread) => threads.push(thread));
let told = { at: 0, since: performance.now() };
const now = () => new Date(told.at + performance.now() - told.since);
const setClock = (at: number) => {
  told = { at, since: performance.now() };
};
const log = createLog({ level: 'silent' });
const calendar = createCalendar('0 */2 * * *', 'UTC');
let target: FailingTarget | null = null;
const desk = await openDesk({
  ...{ now, log, folder: targetFolder },
  directory: join(folder, 'data'),
  masterKey: hash('sha256', seed, 'buffer'),
  makeScratch: scratchIn(join(folder, 'trial'), log),
  wrapTarget: (bare) => {
    target = createFailingTarget(bare);
    return target;
  },
});
/** An installation starts the thread of its graph first. */
const [graphThread] = threads;
const notices: BackupNotice[] = [];
const schedule = createBackupSchedule({
  ...{ backups: desk.backups, calendar, drills: calendar, timeZone: 'UTC', now, log },
  keep: { last: 3, daily: 2, weekly: 0, monthly: 0, yearly: 0 },
  notify: async (notice) => void notices.push(notice),
});
const textOf = await createTexts();
const { signal } = new AbortController();

async function change(put: readonly SoakDocument[], remove: readonly string[]): Promise<void> {
  const { ingestion, finished } = desk.rooms;
  const documents = put.map((document) => ({
    key: document.key,
    content: textOf(document),
    mediaType: 'text/plain',
  }));
  if (documents.length > 0) {
    const { jobId } = await ingestion.submit(TENANT, COLLECTION, documents);
    const job = jobId === null ? null : await finished(jobId);
    if (job !== null && job.state !== 'SUCCEEDED') throw new Error(`the job is ${job.state}`);
  }
  const request = { ids: [], keys: remove, collectionId: collectionId(TENANT, COLLECTION) };
  if (remove.length > 0) await ingestion.delete(TENANT, request);
}

async function look(fault: TargetFault | null, killGraphAfterMs: number | null): Promise<Looked> {
  notices.length = 0;
  target?.arm(fault);
  const kill =
    killGraphAfterMs === null ? undefined : setTimeout(() => graphThread?.terminate(), killGraphAfterMs);
  const startedAt = performance.now();
  await schedule.look(signal);
  const ms = performance.now() - startedAt;
  clearTimeout(kill);
  const counts = target?.counts() ?? { calls: 0, puts: 0, failed: 0 };
  target?.arm(null);
  const { state } = await desk.rooms.graph.health();
  return { notices: [...notices], graph: state, ...counts, ms };
}

async function see(since: number): Promise<Seen> {
  const all = await desk.backups.list();
  const ofNow = all.filter(({ startedAt }) => Date.parse(startedAt) >= since);
  return {
    proven: ofNow.some(isProven),
    problem: ofNow.find(({ problem }) => problem !== null)?.problem ?? null,
    sets: all.length,
  };
}

async function finish(): Promise<Finished> {
  const made = await desk.backUp();
  const restored = await desk.restored(made.id);
  const differences = await compareInstallations(desk.rooms, restored, {
    signal,
    onProgress: () => undefined,
  });
  const ids = new Set((await desk.backups.list()).map(({ id }) => id));
  let strayParts = 0;
  const known = new Set<string>();
  for (const id of ids) for (const name of await desk.sets.partsUsed(id)) known.add(name);
  for await (const { name } of desk.target.list('parts/'))
    if (!known.has(name) && !ids.has(name.split('/')[1] ?? '')) strayParts += 1;
  return {
    sets: ids.size,
    strayParts,
    unfinishedPuts: await desk.target.discardUnfinished({ olderThanMs: 0 }),
    differences: differences.map(({ what }) => what),
  };
}

async function carryOut(command: Command): Promise<unknown> {
  if ('at' in command) setClock(command.at);
  switch (command.do) {
    case 'change':
      return change(command.put, command.remove);
    case 'look':
      return look(command.fault, command.killGraphAfterMs);
    case 'state':
      return see(command.since);
    case 'finish':
      return finish();
    case 'close':
      await desk.close();
      return null;
  }
}

process.on('message', async (command: Command) => {
  const answer = await carryOut(command).then(
    (value) => ({ value: value ?? null }),
    (error: unknown) => ({ problem: toProblem(error).message, stack: String((error as Error).stack) }),
  );
  process.send?.(answer, () => {
    if (command.do === 'close') process.exit(0);
  });
});
process.send?.({ value: 'open' });
