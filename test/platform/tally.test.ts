import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTally, type Tallied } from '../../platform/tally.ts';

let told: Tallied<string>[][];
let failure: Error | null;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  failure = null;
});
afterEach(() => vi.useRealTimers());

const tally = (kindsMax = 3) =>
  createTally<string>({
    keyOf: (event) => event,
    others: 'others',
    tell: async (events) => {
      if (failure !== null) throw failure;
      told.push([...events]);
    },
    onFailure: () => undefined,
    kindsMax,
  });

test('the first of a kind is told soon, its repetitions together after a minute', async () => {
  const { note } = tally();
  note('a');
  note('b');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([
    [
      { event: 'a', count: 1 },
      { event: 'b', count: 1 },
    ],
  ]);
  for (let at = 0; at < 30; at++) {
    note('a');
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(told.length).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.slice(1)).toEqual([[{ event: 'a', count: 30 }]]);
  await vi.advanceTimersByTimeAsync(120_000);
  note('a');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.slice(2)).toEqual([[{ event: 'a', count: 1 }]]);
});

test('more kinds than are told apart are counted as others', async () => {
  const { note } = tally(2);
  for (const kind of ['a', 'b', 'c', 'd', 'a']) note(kind);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([
    [
      { event: 'a', count: 2 },
      { event: 'b', count: 1 },
      { event: 'others', count: 2 },
    ],
  ]);
});

test('what could not be told is told again, with what came meanwhile, at the latest at the end', async () => {
  const { note, close } = tally();
  failure = new Error('away');
  note('a');
  await vi.advanceTimersByTimeAsync(2_000);
  note('a');
  failure = null;
  await close();
  expect(told).toEqual([[{ event: 'a', count: 2 }]]);
});
