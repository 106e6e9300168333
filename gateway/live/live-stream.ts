/**
 * A stream that ends at once when it is told to, also while nothing happens. A generator would first wait for the
 * value it is waiting for, so that a client that has gone would hold its subscription until the next event.
 */

export interface LiveStream<Value> {
  readonly values: AsyncGenerator<Value, void, undefined>;
  /** Ends it from the outside; `last`, where given, is still delivered. Idempotent. */
  end(last?: Value): void;
}

export interface LiveSource<Value> {
  /** Asked again only when the value before has been taken: a slow reader slows the source down. */
  next(): Promise<IteratorResult<Value, unknown>>;
  /** Called once, when the stream is over, whoever ended it. */
  close(): void;
}

const DONE = { done: true, value: undefined } as const;

export function createLiveStream<Value>(source: LiveSource<Value>): LiveStream<Value> {
  let over = false;
  let last: Value | undefined;
  let waiting: ((result: IteratorResult<Value, void>) => void) | null = null;

  const close = () => {
    if (over) return;
    over = true;
    source.close();
  };
  const takeLast = (): IteratorResult<Value, void> => {
    const value = last;
    last = undefined;
    return value === undefined ? DONE : { done: false, value };
  };
  const settle = (result: IteratorResult<Value, void>) => {
    const resolve = waiting;
    waiting = null;
    resolve?.(result);
  };
  const end = (value?: Value) => {
    if (over) return;
    last = value;
    close();
    if (waiting !== null) settle(takeLast());
  };
  const next = () =>
    new Promise<IteratorResult<Value, void>>((resolve, reject) => {
      if (over) return resolve(takeLast());
      waiting = resolve;
      source.next().then(
        (result) => {
          if (waiting !== resolve) return;
          if (result.done) close();
          settle(result.done ? DONE : { done: false, value: result.value });
        },
        (error) => {
          if (waiting !== resolve) return;
          waiting = null;
          close();
          reject(error);
        },
      );
    });

  const values: AsyncGenerator<Value, void, undefined> = {
    next,
    return: async () => {
      end();
      last = undefined;
      return DONE;
    },
    throw: async (error) => {
      end();
      throw error;
    },
    [Symbol.asyncIterator]: () => values,
    [Symbol.asyncDispose]: async () => end(),
  };
  return { values, end };
}
