/**
 * How long work may take: a signal that aborts when the time is over or when whoever asked has gone. Made by hand
 * rather than with `AbortSignal.any` and `AbortSignal.timeout`, whose timers and links live on after the work.
 */

export interface Deadline {
  /** When it ends, in ms since the epoch. */
  readonly at: number;
  /** Aborts with a `TimeoutError`, or with the reason of the parent. */
  readonly signal: AbortSignal;
  /** Whoever asked has gone, which is an `AbortError`, or it ends for the reason given. */
  cancel(reason?: unknown): void;
  /** The work is done; nothing will abort any more. Idempotent. */
  release(): void;
}

/** The longest that a timer can wait, in ms. */
const TIMER_MS_MAX = 2_147_483_647;

/** Ends after `ms`, or with `parent`. */
export function startDeadline(ms: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const expire = () =>
    controller.abort(new DOMException('The deadline passed before the work was done.', 'TimeoutError'));
  const follow = () => controller.abort(parent?.reason);
  const timer = setTimeout(expire, Math.min(Math.max(0, ms), TIMER_MS_MAX));
  timer.unref();
  if (parent?.aborted) follow();
  else parent?.addEventListener('abort', follow, { once: true });
  const release = () => {
    clearTimeout(timer);
    parent?.removeEventListener('abort', follow);
  };
  return {
    at: Date.now() + ms,
    signal: controller.signal,
    cancel: (reason) => {
      release();
      controller.abort(reason);
    },
    release,
  };
}
