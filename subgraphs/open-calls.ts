/** The calls that a subgraph is answering, so that closing it can end what is live and wait for the rest. */

import { type Deadline, startDeadline } from '../platform/deadline.ts';
import { Problem } from '../platform/errors.ts';

/** However far away a caller says its deadline is, a call ends after this, in ms. */
const CALL_MS_MAX = 3_600_000;
/** How soon to try again elsewhere, or here after a restart, in ms. */
const RETRY_AFTER_MS = 1_000;

/** How long calls under way may take to finish when the subgraph closes, in ms. */
const DRAIN_MS = 10_000;

export interface CallTime {
  /** ms since the epoch. */
  readonly deadline: number;
  /** Aborts when the caller goes away. */
  readonly signal?: AbortSignal;
}

/** A call with one result, or with as many as come. */
type CallKind = 'once' | 'live';

export interface OpenCalls {
  /** The call's time, to be released at its end. UNAVAILABLE once closing has begun. */
  begin(call: CallTime, kind: CallKind): Deadline;
  /** Ends what is live at once and the rest after a drain time; resolves when the last has ended. Idempotent. */
  close(): Promise<void>;
}

export function createOpenCalls(name: string, { drainMs = DRAIN_MS } = {}): OpenCalls {
  const open = new Map<Deadline, CallKind>();
  const allEnded = Promise.withResolvers<void>();
  let closing = false;
  const end = (call: Deadline) => {
    open.delete(call);
    if (closing && open.size === 0) allEnded.resolve();
  };
  const closingProblem = () =>
    new Problem('UNAVAILABLE', `The subgraph "${name}" is closing. Try again.`, {
      retryAfterMs: RETRY_AFTER_MS,
    });
  /** Whoever reads a live result is told why it ends, and that it may be asked for again. */
  const endAll = (kinds: readonly CallKind[]) => {
    for (const [call, kind] of open) if (kinds.includes(kind)) call.cancel(closingProblem());
  };
  return {
    begin: ({ deadline, signal }, kind) => {
      if (closing) throw closingProblem();
      const started = startDeadline(Math.min(deadline - Date.now(), CALL_MS_MAX), signal);
      const call: Deadline = {
        ...started,
        release: () => {
          started.release();
          end(call);
        },
      };
      open.set(call, kind);
      return call;
    },
    close: async () => {
      closing = true;
      endAll(['live']);
      if (open.size === 0) allEnded.resolve();
      const cut = setTimeout(() => endAll(['live', 'once']), drainMs);
      await allEnded.promise;
      clearTimeout(cut);
    },
  };
}
