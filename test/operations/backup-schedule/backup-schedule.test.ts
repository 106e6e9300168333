/** Backups by the clock, of a real installation into a real folder; only the clock is the test's. */

import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditEvent } from '../../../model/audit.ts';
import { createBackupHealth } from '../../../operations/backup-schedule/backup-health.ts';
import { backupMeasures } from '../../../operations/backup-schedule/backup-measures.ts';
import {
  type BackupNotice,
  createBackupSchedule,
} from '../../../operations/backup-schedule/backup-schedule.ts';
import { createCalendar } from '../../../operations/backup-schedule/calendar.ts';
import { createTidying } from '../../../operations/backup-schedule/tidying.ts';
import { Problem } from '../../../platform/errors.ts';
import { registerMeasures } from '../../../platform/gauges.ts';
import { createLog } from '../../../platform/log.ts';
import type { BackupTarget } from '../../../stores/backup-targets/backup-target.ts';
import { type Desk, ingestSamples, openDesk } from '../backups/harness.ts';

const log = createLog({ level: 'silent' });
const { signal } = new AbortController();
let clock: Date;
let isAway: boolean;
let desk: Desk;
let notices: BackupNotice[];
let recorded: AuditEvent[];
const now = () => clock;
const at = (time: string) => {
  clock = new Date(time);
};

beforeEach(async () => {
  at('2026-03-10T12:00:00Z');
  [isAway, notices, recorded] = [false, [], []];
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
const schedule = (options: Partial<Parameters<typeof createBackupSchedule>[0]> = {}) =>
  createBackupSchedule({
    ...{ backups: desk.backups, calendar, drills, keep, timeZone: 'Europe/Berlin', now, log },
    notify: async (notice) => void notices.push(notice),
    record: async (events) => void recorded.push(...events),
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

test('a backup that failed at first is tried as well, though the trial that was due proved an older one', async () => {
  await schedule().look(signal);
  const always = { calendar: createCalendar('0 2 * * *', 'UTC'), drills: createCalendar('0 2 * * *', 'UTC') };
  at('2026-03-11T02:00:00Z');
  isAway = true;
  await schedule(always).look(signal);
  isAway = false;
  // The process is another one, and the trial comes first where the backup has failed again.
  const [older] = await desk.backups.list();
  await desk.backups.verify(older?.id ?? '', 'RESTORE', { signal });
  at('2026-03-11T02:20:00Z');
  await schedule(always).look(signal);
  const [newest] = await desk.backups.list();
  expect(newest).toMatchObject({ startedAt: '2026-03-11T02:20:00.000Z', createdBy: 'schedule' });
  expect(newest?.verification).toMatchObject({ level: 'RESTORE', findings: [] });
});

test('what is done by the clock is in the audit log: backups, trials, removals, and a failure once', async () => {
  const clockwork = schedule();
  await clockwork.look(signal);
  const [first] = await desk.backups.list();
  expect(recorded).toEqual([
    expect.objectContaining({ actor: 'trellis', action: 'backup', targets: [first?.id], outcome: 'DONE' }),
    expect.objectContaining({ action: 'backup trial', targets: [first?.id], outcome: 'DONE' }),
  ]);
  recorded = [];
  isAway = true;
  for (const time of ['02:00', '02:20']) {
    at(`2026-03-11T${time}:00Z`);
    await clockwork.look(signal);
  }
  expect(recorded).toEqual([
    expect.objectContaining({ action: 'backup', outcome: 'FAILED', detail: 'The target is away.' }),
    expect.objectContaining({ action: 'backup trial', outcome: 'FAILED' }),
  ]);
  isAway = false;
  recorded = [];
  for (const day of ['12', '13', '14']) {
    at(`2026-03-${day}T02:00:00Z`);
    await schedule({ drills: null }).look(signal);
  }
  const removed = recorded.filter(({ action }) => action === 'backup removal');
  expect(removed).toHaveLength(1);
  const left = (await desk.backups.list()).map(({ id }) => id);
  expect(left).not.toContain(removed[0]?.targets[0]);
});

test('what cannot be written into the audit log is done all the same', async () => {
  const deaf = async () => {
    throw new Problem('UNAVAILABLE', 'The audit log cannot be written.');
  };
  await schedule({ record: deaf }).look(signal);
  const [first] = await desk.backups.list();
  expect(first?.verification).toMatchObject({ findings: [] });
  expect(notices).toEqual([]);
});

test('what dead runs left at the target is freed, and nothing of one that is under way or of a set that is kept', async () => {
  await ingestSamples(desk.rooms, { count: 2 });
  const { id } = await desk.backUp();
  const put = (name: string) => desk.target.put(name, pieces());
  await put('parts/20250101T000000000Z-gone0000/000001.bin');
  // Another installation's, which has told of itself, in whatever words.
  await put('sets/20260310T120000000Z-other000/status.json');
  await put('parts/20260310T120000000Z-other000/000001.bin');
  const tidy = async () => {
    const stop = new AbortController();
    const record = async (events: readonly AuditEvent[]) => {
      recorded.push(...events);
      stop.abort();
    };
    await createTidying({ backups: desk.backups, record, log }).run(stop.signal);
  };
  await tidy();
  expect(recorded).toEqual([expect.objectContaining({ action: 'backup tidying', outcome: 'DONE' })]);
  const left: string[] = [];
  for await (const { name } of desk.target.list('parts/')) left.push(name.split('/')[1] ?? '');
  expect(new Set(left)).toEqual(new Set([id, '20260310T120000000Z-other000']));
  // What cannot be read is listed as such and hides no other.
  expect((await desk.backups.list()).map(({ state }) => state).toSorted()).toEqual(['FAILED', 'SUCCEEDED']);
  expect(await desk.backups.verify(id, 'HASHES', { signal })).toMatchObject({
    verification: { findings: [] },
  });
});

test('tidying waits for a backup that is under way', async () => {
  const { id } = await desk.backups.begin({ scope: { kind: 'INSTALLATION' }, createdBy: 'ada' });
  await expect(desk.backups.tidy(signal)).rejects.toMatchObject({ code: 'CONFLICT' });
  await desk.backups.ended(id);
  expect(await desk.backups.tidy(signal)).toEqual({ unfinished: 0, parts: 0 });
});

test('metrics tell how old backups are, also while the target is away, and what failed', async () => {
  const health = createBackupHealth({ backups: desk.backups, calendar, drills: null, now });
  const registry = new Registry();
  registerMeasures(registry, backupMeasures({ health, backups: desk.backups }));
  const read = async () =>
    Object.fromEntries((await registry.metrics()).split('\n').map((line) => line.split(' ')));
  expect(await read()).toMatchObject({
    trellis_backup_newest_age_seconds: '+Inf',
    trellis_backup_proven_age_seconds: '+Inf',
    trellis_backup_failures_total: '0',
  });
  at('2026-03-10T12:10:00Z');
  const { storedBytes } = await desk.backUp();
  at('2026-03-10T12:20:00Z');
  expect(await read()).toMatchObject({
    trellis_backup_newest_age_seconds: '600',
    trellis_backup_proven_age_seconds: '+Inf',
    trellis_backup_last_duration_seconds: '0',
    trellis_backup_last_stored_bytes: String(storedBytes),
    trellis_backup_last_written_bytes: String(storedBytes),
  });
  isAway = true;
  await desk.backUp().catch(() => undefined);
  at('2026-03-10T12:30:00Z');
  expect(await read()).toMatchObject({
    trellis_backup_newest_age_seconds: '1200',
    trellis_backup_failures_total: '1',
  });
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('left behind');
}

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
