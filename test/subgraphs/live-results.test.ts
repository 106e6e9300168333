import { describe, expect, test } from 'vitest';
import { startDeadline } from '../../platform/deadline.ts';
import { liveResults } from '../../subgraphs/live-results.ts';

/** A source of numbers that says what was done to it; silent after its last one unless it ends. */
function sourceOf(numbers: readonly number[], { ends = false } = {}) {
  const said: string[] = [];
  const left = [...numbers];
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        said.push('next');
        const value = left.shift();
        if (value !== undefined) return { done: false, value };
        return ends ? { done: true, value: undefined } : new Promise(() => undefined);
      },
      return: async () => {
        said.push('return');
        return { done: true, value: undefined };
      },
    }),
  };
  return { source, said };
}

function start(numbers: readonly number[], { ends = false, ms = 10_000 } = {}) {
  const { source, said } = sourceOf(numbers, { ends });
  const deadline = startDeadline(ms);
  let released = 0;
  const results = liveResults({
    source,
    resultOf: async (event: number) => `result ${event}`,
    failure: (error) => `failure ${(error as Error).name}`,
    deadline: {
      ...deadline,
      release: () => {
        released += 1;
        deadline.release();
      },
    },
  });
  return { results, said, deadline, released: () => released };
}

const DONE = { done: true, value: undefined };

describe('live results', () => {
  test('come in order, end with the source, and release their time', async () => {
    const { results, released } = start([1, 2], { ends: true });
    const read: string[] = [];
    for await (const result of results) read.push(result);
    expect(read).toEqual(['result 1', 'result 2']);
    expect(released()).toBeGreaterThan(0);
  });

  test('are made one at a time: a slow reader slows the source down', async () => {
    const { results, said } = start([1, 2, 3]);
    await results.next();
    expect(said).toEqual(['next']);
    await results.return?.();
  });

  test.each<readonly [string, (results: AsyncIterableIterator<string>) => Promise<unknown>]>([
    ['before the first', async () => undefined],
    ['between two', async (results) => results.next()],
  ])('tell the source when the reader leaves %s', async (_, readSome) => {
    const { results, said, released } = start([1, 2]);
    await readSome(results);
    expect(await results.return?.()).toEqual(DONE);
    expect(said.at(-1)).toBe('return');
    expect(released()).toBeGreaterThan(0);
    expect(await results.next()).toEqual(DONE);
  });

  test.each<readonly [string, (results: AsyncIterableIterator<string>) => Promise<unknown>]>([
    ['before the first', async () => undefined],
    ['between two', async (results) => results.next()],
  ])('tell the source when the caller goes while nobody reads: %s', async (_, readSome) => {
    const { results, said, deadline, released } = start([1, 2]);
    await readSome(results);
    deadline.cancel();
    expect(said.at(-1)).toBe('return');
    expect(released()).toBeGreaterThan(0);
    expect(await results.next()).toEqual(DONE);
  });

  test('say last that their time is over', async () => {
    const { results } = start([1], { ms: 20 });
    expect(await results.next()).toEqual({ done: false, value: 'result 1' });
    expect(await results.next()).toEqual({ done: false, value: 'failure TimeoutError' });
    expect(await results.next()).toEqual(DONE);
  });
});
