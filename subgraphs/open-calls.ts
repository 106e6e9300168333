/** The calls that a subgraph is answering, so that closing it can end what is live and wait for the rest. */

import { type Deadline, startDeadline } from '../platform/deadline.ts';
import { Problem } from '../platform/errors.ts';

/** However far away a caller says its deadline is, a call ends after this, in ms. */
const CALL_MS_MAX = 3_600_000;
/** How soon to try again elsewhere, or here after a restart, in ms. */
const RETRY_AFTER_MS = 1_000;

export interface CallTime {
  /** ms since the epoch. */
  readonly deadline: number;
  /** Aborts when the caller goes away. */
  readonly signal?: AbortSignal;
}

export interface OpenCalls {
  /** The call's time, to be released at its end. UNAVAILABLE once closing has begun. */
  begin(call: CallTime, kind: 'once' | 'live'): Deadline;
  /** Ends what is live, and resolves when the last call has ended. Idempotent. */
  close(): Promise<void>;
}

export function createOpenCalls(name: string): OpenCalls {
  const open = new Map<Deadline, 'once' | 'live'>();
  const allEnded = Promise.withResolvers<void>();
  let closing = false;
  const end = (call: Deadline) => {
    open.delete(call);
    if (closing && open.size === 0) allEnded.resolve();
  };
  return {
    begin: ({ deadline, signal }, kind) => {
      if (closing)
        throw new Problem('UNAVAILABLE', `The subgraph "${name}" is closing. Try again.`, {
          retryAfterMs: RETRY_AFTER_MS,
        });
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
    close: () => {
      closing = true;
      for (const [call, kind] of open) if (kind === 'live') call.cancel();
      if (open.size === 0) allEnded.resolve();
      return allEnded.promise;
    },
  };
}
