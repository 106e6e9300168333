/** One time for all, and a clock for each process, which may sleep: then its timers do not run. */

import type { Clock } from '../../../../stores/graph/leases/clock.ts';

export interface ManualClock extends Clock {
  /** A process that sleeps knows no time: its timers run late, when it wakes. */
  sleeping: boolean;
}

export function createTime() {
  let elapsed = 0;
  const timers = new Set<{
    readonly clock: ManualClock;
    readonly ms: number;
    due: number;
    readonly task: () => void;
    readonly once: boolean;
  }>();
  const runDue = () => {
    for (const timer of timers) {
      if (timer.clock.sleeping || timer.due > elapsed) continue;
      if (timer.once) timers.delete(timer);
      else timer.due = elapsed + timer.ms;
      timer.task();
    }
  };
  return {
    /** `startedAt` is what this process's clock showed at the beginning: no two agree. */
    createClock: (startedAt: number): ManualClock => {
      const clock: ManualClock = {
        sleeping: false,
        now: () => startedAt + elapsed,
        every: (ms, task) => {
          const timer = { clock, ms, due: elapsed + ms, task, once: false };
          timers.add(timer);
          return () => timers.delete(timer);
        },
        wait: (ms, signal) =>
          new Promise((resolve, reject) => {
            const timer = { clock, ms, due: elapsed + ms, task: resolve, once: true };
            timers.add(timer);
            signal?.addEventListener('abort', () => {
              timers.delete(timer);
              reject(signal.reason);
            });
          }),
      };
      return clock;
    },
    advance: (ms: number) => {
      elapsed += ms;
      runDue();
    },
    runDue,
    /** Whether somebody waits for time to pass. */
    isAwaited: () => [...timers].some(({ once }) => once),
  };
}
