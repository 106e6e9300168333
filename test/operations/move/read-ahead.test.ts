import { expect, test } from 'vitest';
import { madeAhead, readAhead } from '../../../operations/move/read-ahead.ts';

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

test('what is made of each comes in order, with no more being made at once than is said', async () => {
  const makes: PromiseWithResolvers<void>[] = [];
  let [underWay, most] = [0, 0];
  const make = async (item: number) => {
    const turn = Promise.withResolvers<void>();
    makes.push(turn);
    underWay += 1;
    most = Math.max(most, underWay);
    // The last that was begun ends first.
    if (makes.length % 3 === 0) for (const each of makes.splice(0).reverse()) each.resolve();
    await turn.promise;
    underWay -= 1;
    return item * 2;
  };
  const seen: number[] = [];
  for await (const made of madeAhead(createSource(9).items, make, 3)) seen.push(made);
  expect(seen).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  expect(most).toBe(3);
});

test('whoever leaves early, or meets a failure, has nothing under way behind it', async () => {
  let underWay = 0;
  const make = async (item: number) => {
    underWay += 1;
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    if (item === 2) throw new Error('not this one');
    return item;
  };
  const left = createSource(9);
  for await (const _ of madeAhead(left.items, make, 3)) break;
  expect([underWay, left.isLeft()]).toEqual([0, true]);
  await expect(async () => {
    for await (const _ of madeAhead(createSource(9).items, make, 3));
  }).rejects.toThrow('not this one');
  expect(underWay).toBe(0);
});
