/** Reads a source as fast as it speaks and keeps only the latest value: for states, where the ones before are past. */

interface Ahead<Value> {
  /** What was read and not yet taken. */
  latest: { readonly value: Value } | null;
  over: boolean;
  failure: unknown;
  wake(): void;
}

/** The source's values, without those that were overtaken before they were asked for. The last one is never lost. */
export async function* latestOf<Value>(
  source: AsyncIterable<Value>,
): AsyncGenerator<Value, undefined, undefined> {
  const ahead: Ahead<Value> = { latest: null, over: false, failure: undefined, wake: () => undefined };
  void readAhead(source, ahead);
  while (true) {
    while (ahead.latest === null && !ahead.over) {
      await new Promise<void>((resolve) => {
        ahead.wake = resolve;
      });
    }
    if (ahead.latest === null) break;
    const { value } = ahead.latest;
    ahead.latest = null;
    yield value;
  }
  if (ahead.failure !== undefined) throw ahead.failure;
  return undefined;
}

/** Ends when the source does: whoever stops listening also stops the source. */
async function readAhead<Value>(source: AsyncIterable<Value>, ahead: Ahead<Value>): Promise<void> {
  try {
    for await (const value of source) {
      ahead.latest = { value };
      ahead.wake();
    }
  } catch (error) {
    ahead.failure = error;
  }
  ahead.over = true;
  ahead.wake();
}
