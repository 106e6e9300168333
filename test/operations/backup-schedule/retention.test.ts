import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backup } from '../../../model/backup.ts';
import { type KeepPolicy, superseded } from '../../../operations/backup-schedule/retention.ts';

const NONE: KeepPolicy = { last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
const made = (startedAt: string, more: Partial<Backup> = {}) => ({
  id: startedAt,
  state: 'SUCCEEDED' as const,
  startedAt,
  verification: null,
  ...more,
});
const PROVEN = {
  verification: { level: 'RESTORE' as const, verifiedAt: '2026-01-01T00:00:00Z', findings: [] },
};
const keptOf = (all: readonly ReturnType<typeof made>[], policy: Partial<KeepPolicy>, zone = 'UTC') => {
  const gone = new Set(superseded(all, { ...NONE, ...policy }, zone).map(({ id }) => id));
  return all.filter(({ id }) => !gone.has(id)).map(({ id }) => id);
};
const days = (count: number, from = '2026-03-01') =>
  Array.from({ length: count }, (_, at) =>
    made(new Date(Date.parse(`${from}T02:30:00Z`) + at * 86_400_000).toISOString()),
  );

describe('what the policy keeps', () => {
  test('is one a day, a week, a month and a year, each the newest of its time', () => {
    const kept = keptOf(days(400, '2025-01-01'), { daily: 3, weekly: 3, monthly: 3, yearly: 5 });
    expect(kept.map((id) => id.slice(0, 10))).toEqual([
      '2025-12-31',
      // A Sunday, the end of a month, then the newest of the weeks and days.
      '2026-01-25',
      '2026-01-31',
      '2026-02-01',
      '2026-02-02',
      '2026-02-03',
      '2026-02-04',
    ]);
  });

  test('counts days that have a backup, so that a pause does not age all of them away', () => {
    const all = [...days(3, '2026-01-01'), ...days(1, '2026-06-01')];
    expect(keptOf(all, { daily: 3 })).toHaveLength(3);
  });

  test('reckons days in the time zone', () => {
    const all = [made('2026-03-01T22:30:00Z'), made('2026-03-01T23:30:00Z')];
    expect(keptOf(all, { daily: 7 })).toHaveLength(1);
    expect(keptOf(all, { daily: 7 }, 'Europe/Berlin')).toHaveLength(2);
  });

  test('is never less than the newest, and the newest that was proven', () => {
    const all = [
      made('2026-01-01T00:00:00Z', PROVEN),
      made('2026-01-02T00:00:00Z', PROVEN),
      ...days(60, '2026-02-01'),
    ];
    expect(keptOf(all, {})).toEqual(['2026-01-02T00:00:00Z', all.at(-1)?.id]);
  });

  test('does not take one for proven whose restore found something', () => {
    const bad = { verification: { ...PROVEN.verification, findings: ['a document is missing'] } };
    const all = [made('2026-01-01T00:00:00Z', PROVEN), made('2026-01-02T00:00:00Z', bad), ...days(2)];
    expect(keptOf(all, {})).toContain('2026-01-01T00:00:00Z');
    expect(keptOf(all, {})).not.toContain('2026-01-02T00:00:00Z');
  });

  test('says nothing of what did not succeed', () => {
    const all = [
      made('2026-01-01T00:00:00Z', { state: 'RUNNING' }),
      made('2026-01-02T00:00:00Z', { state: 'FAILED' }),
      ...days(2),
    ];
    expect(superseded(all, NONE, 'UTC').map(({ id }) => id)).toEqual([all[2]?.id]);
  });

  test('whatever the numbers, holds these, does not depend on the order, and is stable', () => {
    const number = fc.integer({ min: 0, max: 12 });
    const policies = fc.record({
      last: number,
      daily: number,
      weekly: number,
      monthly: number,
      yearly: number,
    });
    const backups = fc.uniqueArray(
      fc.record({ hour: fc.integer({ min: 0, max: 20_000 }), proven: fc.boolean() }),
      { selector: ({ hour }) => hour, minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(backups, policies, (drawn, policy) => {
        const all = drawn.map(({ hour, proven }) =>
          made(new Date(Date.UTC(2024, 0) + hour * 3_600_000).toISOString(), proven ? PROVEN : {}),
        );
        const kept = keptOf(all, policy);
        const newest = (some: readonly { id: string }[]) =>
          some
            .map(({ id }) => id)
            .toSorted()
            .at(-1);
        expect(kept).toContain(newest(all));
        const proven = newest(all.filter(({ verification }) => verification !== null));
        if (proven !== undefined) expect(kept).toContain(proven);
        expect(keptOf(all.toReversed(), policy).toSorted()).toEqual(kept.toSorted());
        const left = all.filter(({ id }) => kept.includes(id));
        expect(superseded(left, policy, 'UTC')).toEqual([]);
      }),
    );
  });
});
