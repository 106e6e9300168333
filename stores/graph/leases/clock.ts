/** Time as leases need it: how much has passed in this process, never what another one's clock says. */

export interface Clock {
  /** Milliseconds since some moment; only differences mean anything. */
  now(): number;
  /** Runs `task` every `ms` until it is stopped by what this returns. */
  every(ms: number, task: () => void): () => void;
  /** Resolves after `ms`; rejects with the signal's reason. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  every: (ms, task) => {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    }),
};
