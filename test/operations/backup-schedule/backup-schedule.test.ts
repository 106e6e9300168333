/** Backups by the clock, of a real installation into a real folder; only the clock is the test's. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBackupHealth } from '../../../operations/backup-schedule/backup-health.ts';
import {
  type BackupNotice,
  createBackupSchedule,
} from '../../../operations/backup-schedule/backup-schedule.ts';
import { createCalendar } from '../../../operations/backup-schedule/calendar.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import type { BackupTarget } from '../../../stores/backup-targets/backup-target.ts';
import { type Desk, ingestSamples, openDesk } from '../backups/harness.ts';

const log = createLog({ level: 'silent' });
const { signal } = new AbortController();
let clock: Date;
let isAway: boolean;
let desk: Desk;
let notices: BackupNotice[];
const now = () => clock;
const at = (time: string) => {
  clock = new Date(time);
};

beforeEach(async () => {
  at('2026-03-10T12:00:00Z');
  [isAway, notices] = [false, []];
  desk = await openDesk({ now, wrapTarget: awayWhen(() => isAway) });
});
afterEach(() => desk.close());

/** A target that is as it is, until it is away. */
function awayWhen(away: () => boolean): (target: BackupTarget) => BackupTarget {
  const check = () => {
    if (away()) throw new Problem('UNAVAILABLE', 'The target is away.');
  };
  return (target) => ({
    ...target,
    put: async (...given) => {
      check();
      return target.put(...given);
    },
    async *list(...given) {
      check();
      yield* target.list(...given);
    },
  });
}

const calendar = createCalendar('30 2 * * *', 'Europe/Berlin');
const drills = createCalendar('0 4 * * 0', 'Europe/Berlin');
const keep = { last: 2, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
const schedule = (options: { readonly drills?: null } = {}) =>
  createBackupSchedule({
    ...{ backups: desk.backups, calendar, drills, keep, timeZone: 'Europe/Berlin', now, log },
    notify: async (notice) => void notices.push(notice),
    ...options,
  });
const made = async () => (await desk.backups.list()).map(({ startedAt }) => startedAt).toSorted();

test('a backup is made once for each time that it was due, whoever leads', async () => {
  const first = schedule();
  // Due at 01:30 UTC, while nothing ran: it is made up for, once.
  await first.look(signal);
  await first.look(signal);
  await schedule().look(signal);
  expect(await made()).toEqual(['2026-03-10T12:00:00.000Z']);
  at('2026-03-11T01:29:59Z');
  await first.look(signal);
  expect(await made()).toHaveLength(1);
  at('2026-03-11T01:30:00Z');
  await schedule().look(signal);
  expect(await made()).toHaveLength(2);
  // Three days away are one backup, not three.
  at('2026-03-14T09:00:00Z');
  await schedule().look(signal);
  expect(await made()).toHaveLength(3);
  expect((await made()).at(-1)).toBe('2026-03-14T09:00:00.000Z');
});

test('clocks that change cost no backup and make none twice', () => {
  // At 02:30 on 29 March there is no such time in Berlin, and on 25 October it is there twice.
  const dueIn = (from: string, hours: number) => {
    const due = new Set<string>();
    for (let hour = 0; hour <= hours * 2; hour++)
      due.add(calendar.lastDue(new Date(Date.parse(from) + hour * 1_800_000))?.toISOString() ?? '');
    return [...due].slice(1);
  };
  expect(dueIn('2026-03-28T12:00:00Z', 36)).toHaveLength(1);
  expect(dueIn('2026-10-24T12:00:00Z', 36)).toHaveLength(1);
});

test('what the policy does not keep goes, and what people asked for stays', async () => {
  const byHand = await desk.backUp();
  for (const day of ['11', '12', '13', '14']) {
    at(`2026-03-${day}T02:00:00Z`);
    await schedule({ drills: null }).look(signal);
  }
  const left = await desk.backups.list();
  expect(left.map(({ id }) => id)).toContain(byHand.id);
  expect(left.filter(({ createdBy }) => createdBy === 'schedule')).toHaveLength(2);
});

test('the newest is restored on trial when that is due, and is then never removed before another is proven', async () => {
  await ingestSamples(desk.rooms, { count: 2 });
  const clockwork = schedule();
  await clockwork.look(signal);
  const [proven] = await desk.backups.list();
  expect(proven?.verification).toMatchObject({ level: 'RESTORE', findings: [] });
  for (const day of ['11', '12', '13']) {
    at(`2026-03-${day}T02:00:00Z`);
    await clockwork.look(signal);
  }
  const left = await desk.backups.list();
  expect(left.map(({ id }) => id)).toContain(proven?.id);
  expect(left).toHaveLength(3);
  expect(notices).toEqual([]);
});

test('a failure is told once, tried again, and forgotten when it is mended', async () => {
  const clockwork = schedule();
  const health = createBackupHealth({ backups: desk.backups, calendar, drills: null, now });
  isAway = true;
  await clockwork.look(signal);
  await clockwork.look(signal);
  at('2026-03-10T12:20:00Z');
  await clockwork.look(signal);
  expect(notices).toEqual([
    {
      type: 'backup.failed',
      backup: null,
      dueAt: '2026-03-10T01:30:00.000Z',
      problem: 'The target is away.',
    },
    expect.objectContaining({ type: 'backup.drill_failed' }),
  ]);
  expect(await health.health()).toMatchObject({
    name: 'backups',
    state: 'DEGRADED',
    detail: 'The target is away.',
  });
  isAway = false;
  expect(await health.health()).toMatchObject({
    state: 'DEGRADED',
    detail: expect.stringMatching(/due at 2026-03-10T01:30.* was not made; there is none/),
  });
  at('2026-03-10T12:40:00Z');
  await clockwork.look(signal);
  expect(await made()).toEqual(['2026-03-10T12:40:00.000Z']);
  at('2026-03-10T12:50:00Z');
  expect(await health.health()).toMatchObject({ state: 'UP' });
  expect(await health.ages()).toEqual({ newest: 600, proven: 600 });
  expect(notices).toHaveLength(2);
});

test.each([
  ['nonsense', 'UTC'],
  ['61 * * * *', 'UTC'],
  ['0 0 0 * * *', 'UTC'],
  ['0 0 * * *', 'Mars/One'],
])('"%s" in %s is no schedule, and the setting is named', (expression, zone) => {
  expect(() => createCalendar(expression, zone, 'TRELLIS_BACKUP_SCHEDULE')).toThrow(
    /TRELLIS_BACKUP_SCHEDULE: .*no schedule/,
  );
});
