/**
 * Scheduled backups, cycle by cycle, while their target fails in between: how many cycles end in a set that was restored on
 * trial, and why the others do not. `npm run soak:backups -- --cycles 200`. Only the clock is not real.
 */

import { parseArgs } from 'node:util';
import { isProven } from '../model/backup.ts';
import { type BackupNotice, createBackupSchedule } from '../operations/backup-schedule/backup-schedule.ts';
import { createCalendar } from '../operations/backup-schedule/calendar.ts';
import { Problem } from '../platform/errors.ts';
import { createLog } from '../platform/log.ts';
import type { BackupTarget } from '../stores/backup-targets/backup-target.ts';
import { folderProblem } from '../stores/backup-targets/folder/folder-problems.ts';
import { ingestSamples, openDesk } from '../test/operations/backups/harness.ts';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '200' } } });
const CYCLES = Number(values.cycles);
const HOUR_MS = 3_600_000;
/** The schedule tries again after a quarter of an hour, so an hour has four tries. */
const TRY_EVERY_MS = 900_000;
const TRIES = 4;

type Fault = 'none' | 'away' | 'cut off' | 'full';
const FAULTS: readonly Fault[] = ['none', 'away', 'cut off', 'full'];
let fault: Fault = 'none';
/** Calls of the target that still work before the fault. */
let callsLeft = 0;

function failing(target: BackupTarget): BackupTarget {
  const isDue = () => fault !== 'none' && callsLeft-- <= 0;
  const away = () => new Problem('UNAVAILABLE', 'The target is away.');
  async function* cut(body: AsyncIterable<Uint8Array>) {
    for await (const piece of body) {
      yield piece.subarray(0, Math.ceil(piece.length / 2));
      throw fault === 'full'
        ? folderProblem(Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' }), 'target')
        : away();
    }
  }
  return {
    ...target,
    put: async (name, body, options) => {
      if (!isDue()) return target.put(name, body, options);
      if (fault === 'away') throw away();
      return target.put(name, cut(body), options);
    },
    async *get(name, options) {
      if (fault === 'away' && isDue()) throw away();
      yield* target.get(name, options);
    },
    async *list(prefix, options) {
      if (fault === 'away' && isDue()) throw away();
      yield* target.list(prefix, options);
    },
  };
}

let clock = Date.parse('2026-03-01T00:00:00Z');
const now = () => new Date(clock);
const notices: BackupNotice[] = [];
const log = createLog({ level: 'silent' });
const calendar = createCalendar('0 * * * *', 'UTC');
const desk = await openDesk({ now, log, wrapTarget: failing });
const schedule = createBackupSchedule({
  ...{ backups: desk.backups, calendar, drills: calendar, timeZone: 'UTC', now, log },
  keep: { last: 3, daily: 2, weekly: 0, monthly: 0, yearly: 0 },
  notify: async (notice) => void notices.push(notice),
});
const { signal } = new AbortController();
const startedAt = performance.now();
const ended = { proven: 0 };
const reasons = new Map<string, number>();
await ingestSamples(desk.rooms, { count: 4 });
for (let cycle = 0; cycle < CYCLES; cycle++) {
  const dueAt = clock;
  // Each kind of fault for none, one, two or three tries, at each of the first nine calls.
  const faultyTries = Math.floor(cycle / FAULTS.length) % TRIES;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    fault = attempt < faultyTries ? (FAULTS[cycle % FAULTS.length] ?? 'none') : 'none';
    callsLeft = cycle % 9;
    await schedule.look(signal);
    clock += TRY_EVERY_MS;
  }
  fault = 'none';
  const isDone = (await desk.backups.list()).some(
    (backup) => Date.parse(backup.startedAt) >= dueAt && isProven(backup),
  );
  if (isDone) ended.proven += 1;
  else {
    const why = notices.at(-1)?.problem ?? 'nobody was told';
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  clock = dueAt + HOUR_MS;
}
const kept = await desk.backups.list();
await desk.close();
const seconds = Math.round((performance.now() - startedAt) / 1_000);
console.log(
  `${ended.proven} of ${CYCLES} cycles ended in a set that was proven, in ${seconds} s; ${notices.length} failures were told of; ${kept.length} sets are kept.`,
);
for (const [why, count] of reasons) console.log(`${count} × ${why}`);
process.exitCode = ended.proven > CYCLES * 0.99 ? 0 : 1;
