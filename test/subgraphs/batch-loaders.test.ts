import { describe, expect, test } from 'vitest';
import { BATCH_MAX, many, one, withArguments } from '../../subgraphs/batch-loaders.ts';

interface Row {
  readonly key: string;
  readonly value: number;
}

/** Rows in an order of its own, and what was asked for. */
function store(rows: readonly Row[]) {
  const calls: (readonly string[])[] = [];
  const read = async (keys: readonly string[]) => {
    calls.push(keys);
    return rows.filter(({ key }) => keys.includes(key));
  };
  return { calls, read };
}

const ROWS = [
  { key: 'b', value: 1 },
  { key: 'a', value: 2 },
  { key: 'b', value: 3 },
];
const keyOf = ({ key }: Row) => key;

describe('a loader of one row a key', () => {
  test('gives each key its row, or null, in one call', async () => {
    const { calls, read } = store(ROWS.slice(0, 2));
    const loader = one(read, keyOf);
    const loaded = await Promise.all(['a', 'gone', 'b', 'a'].map((key) => loader.load(key)));
    expect(loaded.map((row) => row?.value ?? null)).toEqual([2, null, 1, 2]);
    expect(calls).toEqual([['a', 'gone', 'b']]);
  });

  test('fails for every key of a call that fails', async () => {
    const loader = one(() => Promise.reject(new Error('down')), keyOf);
    const settled = await Promise.allSettled([loader.load('a'), loader.load('b')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test(`splits more than ${BATCH_MAX} keys over several calls`, async () => {
    const { calls, read } = store([]);
    const loader = one(read, keyOf);
    await Promise.all(Array.from({ length: BATCH_MAX + 1 }, (_, at) => loader.load(String(at))));
    expect(calls.map(({ length }) => length)).toEqual([BATCH_MAX, 1]);
  });
});

test('a loader of many rows a key keeps their order, and gives none as an empty list', async () => {
  const { calls, read } = store(ROWS);
  const loader = many(read, keyOf);
  const loaded = await Promise.all(['gone', 'b', 'a'].map((key) => loader.load(key)));
  expect(loaded.map((rows) => rows.map(({ value }) => value))).toEqual([[], [1, 3], [2]]);
  expect(calls).toHaveLength(1);
});

test('equal arguments share a loader, so that a field of many objects is one call', async () => {
  const { calls, read } = store(ROWS);
  const loaders = withArguments((_: { readonly first: number; readonly after: string }) => many(read, keyOf));
  await Promise.all([
    loaders({ first: 5, after: '' }).load('a'),
    loaders({ first: 5, after: '' }).load('b'),
    loaders({ first: 6, after: '' }).load('b'),
  ]);
  expect(calls).toEqual([['a', 'b'], ['b']]);
});
