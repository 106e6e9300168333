import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTally, type Tallied, type TallyLimits } from '../../platform/tally.ts';

let told: Tallied<string>[][];
let failure: Error | null;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  failure = null;
});
afterEach(() => vi.useRealTimers());

/** Events are `owner/kind`. */
const tally = (limits: Partial<TallyLimits> = {}) =>
  createTally<string>({
    keyOf: (event) => event,
    ownerOf: (event) => event.split('/')[0] ?? '',
    sumUnder: (event) => event.slice(0, event.indexOf('/') + 2),
    together: (owner, sums) => `${owner}: ${[...sums].map(([sum, count]) => `${sum}=${count}`).join(' ')}`,
    tell: async (events) => {
      if (failure !== null) throw failure;
      told.push([...events]);
    },
    onFailure: () => undefined,
    limits,
  });
const toldCounts = () => told.flat().reduce((sum, { count }) => sum + count, 0);

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

test('more kinds than are told apart are told together, of each owner its own', async () => {
  const { note } = tally({ kindsMax: 2 });
  for (const kind of ['x/a', 'x/b', 'x/c1', 'x/c2', 'x/d', 'x/a', 'y/e']) note(kind);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([
    [
      { event: 'x/a', count: 2 },
      { event: 'x/b', count: 1 },
      { event: 'x: x/c=2 x/d=1', count: 3 },
      { event: 'y/e', count: 1 },
    ],
  ]);
});

test('a flood of ever new kinds is so many words and no more, and none of it is uncounted', async () => {
  const { note, close } = tally({ wordsMax: 50, wordsAnHour: 60, kindsMax: 500 });
  const hours = 2;
  for (let second = 0; second < hours * 3_600; second++) {
    for (let at = 0; at < 5; at++) note(`x/${second}-${at}`);
    if (second % 600 === 0) note('y/calm');
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await close();
  expect(toldCounts()).toBe(hours * (3_600 * 5 + 6));
  // At once, by the hour, and what is told together once a minute.
  const words = told.flat().filter(({ event }) => event.startsWith('x'));
  expect(words.length).toBeLessThanOrEqual(50 + hours * 60 + hours * 60 + 2);
  expect(told.flat().filter(({ event }) => event === 'y/calm').length).toBe(hours * 6);
});

test('what waits is bounded: kinds of one owner, of all, and owners', async () => {
  const { note, close } = tally({ kindsMax: 100, kindsOfAllMax: 150, ownersMax: 3 });
  for (const owner of ['a', 'b', 'c', 'd', 'e']) for (let at = 0; at < 200; at++) note(`${owner}/${at}`);
  await close();
  expect(toldCounts()).toBe(1_000);
  // The last two owners are nobody's.
  expect(told.flat().length).toBe(150 + 3 + 1);
});

test('more than fits into one call is told in several, and what was told stays told', async () => {
  const { note, close } = tally({ toldMax: 10 });
  for (let at = 0; at < 25; at++) note(`x/${at}`);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.map((events) => events.length)).toEqual([10, 10, 5]);
  await close();
  expect(toldCounts()).toBe(25);
});

test('one that cannot be told uses up no words while it waits', async () => {
  const { note } = tally({ wordsMax: 2, wordsAnHour: 1 });
  failure = new Error('away');
  note('x/a');
  await vi.advanceTimersByTimeAsync(60_000);
  failure = null;
  note('x/b');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.flat().map(({ event }) => event)).toEqual(['x/a', 'x/b']);
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
