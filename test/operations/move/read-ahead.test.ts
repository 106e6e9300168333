import { expect, test } from 'vitest';
import { readAhead } from '../../../operations/move/read-ahead.ts';

/** Notes what was asked of it, and that it was left. */
function createSource(length: number, failAt = Number.POSITIVE_INFINITY) {
  const asked: number[] = [];
  let isLeft = false;
  async function* items() {
    try {
      for (let at = 0; at < length; at++) {
        asked.push(at);
        if (at === failAt) throw new Error(`no ${at}`);
        yield at;
      }
    } finally {
      isLeft = true;
    }
  }
  return { items: items(), asked, isLeft: () => isLeft };
}

test('each item comes once and in order, and the one behind it was asked for already', async () => {
  const source = createSource(4);
  const seen: number[] = [];
  for await (const item of readAhead(source.items)) {
    seen.push(item);
    expect(source.asked.length).toBe(Math.min(item + 2, 4));
  }
  expect(seen).toEqual([0, 1, 2, 3]);
});

test('a failure comes in its turn, and nowhere else', async () => {
  const seen: number[] = [];
  await expect(async () => {
    for await (const item of readAhead(createSource(4, 2).items)) seen.push(item);
  }).rejects.toThrow('no 2');
  expect(seen).toEqual([0, 1]);
});

test('a source that is left early has ended what it had begun', async () => {
  const source = createSource(4, 1);
  for await (const _ of readAhead(source.items)) break;
  expect(source.isLeft()).toBe(true);
});
