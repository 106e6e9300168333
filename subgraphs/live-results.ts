/** A subscription's events as results: each executed by itself, none awaited longer than the reader stays. */

import type { Deadline } from '../platform/deadline.ts';
import { toProblem } from '../platform/errors.ts';
import { untilAborted } from '../platform/until-aborted.ts';

export interface LiveWork<Event, Result> {
  readonly source: AsyncIterable<Event>;
  readonly resultOf: (event: Event) => Promise<Result>;
  /** The last result when the source, or an event's result, fails, or when the time is over. */
  readonly failure: (error: unknown) => Result;
  /** Ends the results, also while the source is silent; released with the last one. */
  readonly deadline: Deadline;
}

/**
 * The results in order. The reader may leave at any time: the source is told, and not waited for. It is also told
 * when the time ends while nobody reads.
 */
export function liveResults<Event, Result>(work: LiveWork<Event, Result>): AsyncIterableIterator<Result> {
  const { deadline } = work;
  const events = work.source[Symbol.asyncIterator]();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    deadline.signal.removeEventListener('abort', end);
    deadline.release();
    // Not awaited: a source that waits for its next event hears of it only when that comes.
    void Promise.resolve(events.return?.()).catch(() => undefined);
  };
  if (deadline.signal.aborted) end();
  else deadline.signal.addEventListener('abort', end, { once: true });
  const results = run(events, work, end);
  return {
    next: () => results.next(),
    return: () => {
      deadline.cancel();
      return results.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* run<Event, Result>(
  events: AsyncIterator<Event>,
  { resultOf, failure, deadline: { signal } }: LiveWork<Event, Result>,
  end: () => void,
): AsyncGenerator<Result, undefined> {
  try {
    while (true) {
      const event = await untilAborted(events.next(), signal);
      if (event.done === true) return;
      yield await untilAborted(resultOf(event.value), signal);
    }
  } catch (error) {
    if (toProblem(error).code !== 'CANCELLED') yield failure(error);
  } finally {
    end();
  }
}
