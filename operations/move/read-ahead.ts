/** What is iterated, with the next item asked for while this one is worked on: the engine that gives it does not wait. */

/** One item ahead, and so one more in memory. */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<Item>> => {
    const next = iterator.next();
    // It is heard when its turn comes.
    next.catch(() => undefined);
    return next;
  };
  let next = ask();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done === true) return;
      next = ask();
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await iterator.return?.();
  }
}

/** What is made of each, in their order, with so many being made at once, and so many results in memory. */
export async function* madeAhead<Item, Result>(
  items: AsyncIterable<Item>,
  make: (item: Item) => Promise<Result>,
  atOnce: number,
): AsyncGenerator<Result> {
  const iterator = items[Symbol.asyncIterator]();
  const underWay: Promise<Result>[] = [];
  const begin = async (): Promise<boolean> => {
    const { value, done } = await iterator.next();
    if (done === true) return false;
    const made = make(value);
    made.catch(() => undefined);
    underWay.push(made);
    return true;
  };
  try {
    for (let isMore = true; ; ) {
      while (isMore && underWay.length < atOnce) isMore = await begin();
      const next = underWay.shift();
      if (next === undefined) return;
      yield await next;
    }
  } finally {
    await Promise.allSettled(underWay);
    await iterator.return?.();
  }
}
