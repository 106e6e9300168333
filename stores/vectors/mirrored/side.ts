/**
 * One side as the mirror sees it: looked at from time to time, opened as soon as it can be, and left alone for a moment
 * after it failed some times in a row.
 */

import { ConsecutiveBreaker, circuitBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import type { EmbedderIdentity } from '../../../model/embedding.ts';
import { atMost } from '../../../platform/at-most.ts';
import { startDeadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import type { HealthReport } from '../../../platform/health.ts';
import { createHysteresis } from '../../../platform/hysteresis.ts';
import type { Log } from '../../../platform/log.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import type { VectorStore } from '../vector-store.ts';
import type { SideName } from './mirror.ts';

/** Failures in a row after which a side is not asked for a while, in ms. */
const FAILURES_MAX = 3;
const LEFT_ALONE_MS = 2_000;
/** Looks in a row that make a side be down, and up again. */
const LOOKS_TO_BE_DOWN = 2;
const LOOKS_TO_BE_UP = 2;
/** How long an ending waits for an opening that hangs, in ms. */
const CLOSE_MS_MAX = 2_000;

export interface Side {
  readonly name: SideName;
  readonly store: VectorStore;
  /** Whether it did not answer when it was looked at, some times in a row; asking it may take long. */
  isDown(): boolean;
  /** Whether it has answered whenever it was looked at lately: more than not to be down. */
  isUp(): boolean;
  open(embedder: EmbedderIdentity | null): Promise<void>;
  /** Asks; one without an answer after `timeoutMs` (null: however long it takes) has failed. */
  read<Value>(
    ask: (store: VectorStore, signal?: AbortSignal) => Promise<Value>,
    bounds: { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number | null },
  ): Promise<Value>;
  /** Gives up as soon as the side is found to be down, however long its own calls would wait. */
  write<Value>(change: (store: VectorStore) => Promise<Value>): Promise<Value>;
  /** Looks how it is, and opens it where that was not possible before. */
  look(): Promise<HealthReport>;
  close(): Promise<void>;
}

export function createSide(name: SideName, store: VectorStore, log: Log): Side {
  const breaker = circuitBreaker(handleWhen(isAway), {
    halfOpenAfter: LEFT_ALONE_MS,
    breaker: new ConsecutiveBreaker(FAILURES_MAX),
  });
  const watched = createHysteresis({
    failures: LOOKS_TO_BE_DOWN,
    failingForMs: 0,
    successes: LOOKS_TO_BE_UP,
    now: () => performance.now(),
  });
  let down = new AbortController();
  let wanted: EmbedderIdentity | null = null;
  let isOpen = false;

  const note = (isGood: boolean) => {
    const became = watched.note(isGood);
    if (became === null) return;
    log.warn(
      { side: name },
      became === 'UP' ? 'The side of the search index is back.' : 'The side of the search index is down.',
    );
    if (became === 'DOWN') down.abort(away(name));
    else down = new AbortController();
  };
  let reopening: Promise<void> | null = null;
  let isClosed = false;
  /** What a server lost may have to be made anew, and a worker that died started: both happen in opening. */
  const reopen = async () => {
    isOpen = false;
    await store.close().catch(() => undefined);
    if (!isClosed) await openNow().catch(() => undefined);
    reopening = null;
  };
  const openNow = async () => {
    await store.open(wanted);
    isOpen = true;
  };
  const open = async (embedder: EmbedderIdentity | null) => {
    wanted = embedder;
    isClosed = false;
    const opening = openNow();
    reopening = opening
      .catch(() => undefined)
      .finally(() => {
        reopening = null;
      });
    await opening;
  };
  return {
    name,
    store,
    isDown: () => watched.state() === 'DOWN',
    isUp: () => isOpen && watched.state() === 'UP' && watched.firstFailureAt() === null,
    open,
    read: async (ask, { signal, timeoutMs }) => {
      if (!isOpen) throw away(name);
      const deadline = timeoutMs === null ? null : startDeadline(timeoutMs, signal);
      const bound = deadline?.signal ?? signal;
      const asking = () =>
        untilAborted(ask(store, bound), bound).catch((error: unknown) => {
          // The side was too slow, and nobody else gave up.
          throw deadline?.signal.aborted && !signal?.aborted ? away(name, error) : error;
        });
      try {
        return await breaker.execute(asking);
      } catch (error) {
        throw isBrokenCircuitError(error) ? away(name, error) : error;
      } finally {
        deadline?.release();
      }
    },
    write: async (change) => {
      if (!isOpen) throw away(name);
      down.signal.throwIfAborted();
      return untilAborted(change(store), down.signal);
    },
    look: async () => {
      const report = await store.health();
      note(isOpen && report.state !== 'DOWN');
      const isDown = report.state === 'DOWN' && watched.state() === 'DOWN';
      if (!isClosed && (!isOpen || isDown)) reopening ??= reopen();
      return report;
    },
    close: async () => {
      isClosed = true;
      if (reopening !== null) await atMost(CLOSE_MS_MAX, reopening);
      isOpen = false;
      await store.close();
    },
  };
}

/** Whether somebody else might do what this side did not; what the caller did wrong stays wrong. */
export function isAway(error: unknown): boolean {
  if (error instanceof DOMException) return false;
  if (!(error instanceof Problem)) return true;
  return (
    error.code === 'UNAVAILABLE' ||
    error.code === 'TIMEOUT' ||
    error.code === 'TOO_MANY_REQUESTS' ||
    error.code === 'INTERNAL'
  );
}

function away(name: SideName, cause?: unknown): Problem {
  return new Problem(
    'UNAVAILABLE',
    `The ${name} of the search index does not answer. Look whether it runs.`,
    {
      cause,
    },
  );
}
