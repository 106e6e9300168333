/**
 * Which backups are kept: the newest few, then one a day, a week, a month and a year. Whatever the numbers say, the newest
 * one stays, and so does the newest that was proven by a restore: a younger one may turn out not to be any good.
 */

import { type Backup, isProven } from '../../model/backup.ts';

export interface KeepPolicy {
  /** The newest, whenever they were made. */
  readonly last: number;
  /** Of so many days, weeks, months and years that have a backup, the newest of each. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
}

type Dated = Pick<Backup, 'id' | 'state' | 'startedAt' | 'verification'>;

/** Those of `backups` that the policy does not keep, the oldest first. Only what succeeded is looked at. */
export function superseded<Each extends Dated>(
  backups: readonly Each[],
  policy: KeepPolicy,
  timeZone: string,
): readonly Each[] {
  const newestFirst = backups
    .filter(({ state }) => state === 'SUCCEEDED')
    .toSorted((left, right) => Date.parse(right.startedAt) - Date.parse(left.startedAt));
  const kept = new Set<Each>(newestFirst.slice(0, Math.max(1, policy.last)));
  const proven = newestFirst.find(isProven);
  if (proven !== undefined) kept.add(proven);
  const dayOf = dayIn(timeZone);
  const periods: readonly (readonly [number, (day: string) => string])[] = [
    [policy.daily, (day) => day],
    [policy.weekly, mondayOf],
    [policy.monthly, (day) => day.slice(0, 'yyyy-mm'.length)],
    [policy.yearly, (day) => day.slice(0, 'yyyy'.length)],
  ];
  for (const [count, periodOf] of periods)
    for (const backup of newestOfEach(newestFirst, count, (each) => periodOf(dayOf(each.startedAt))))
      kept.add(backup);
  return newestFirst.filter((backup) => !kept.has(backup)).toReversed();
}

function newestOfEach<Each>(
  newestFirst: readonly Each[],
  count: number,
  periodOf: (each: Each) => string,
): readonly Each[] {
  const found = new Map<string, Each>();
  for (const each of newestFirst) {
    const period = periodOf(each);
    if (!found.has(period) && found.size < count) found.set(period, each);
  }
  return [...found.values()];
}

/** The date in a time zone, as 2026-11-26. */
function dayIn(timeZone: string): (at: string) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (at) => format.format(new Date(at));
}

const DAY_MS = 86_400_000;

/** Weeks begin on Monday. */
function mondayOf(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  const sinceMonday = (at.getUTCDay() + 6) % 7;
  return new Date(at.getTime() - sinceMonday * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);
}
