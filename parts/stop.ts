/** Stopping said aloud first: while a process is told to stop and still serves, it says that it is not ready. */

import { setTimeout as delay } from 'node:timers/promises';
import type { HealthReport } from '../platform/health.ts';

export interface Stop {
  /** From here on a stop is worth announcing. */
  begin(): void;
  /** Says so, and gives balancers `noticeMs` to hear of it. */
  announce(): Promise<void>;
  reports(): readonly HealthReport[];
}

export function createStop(noticeMs: number): Stop {
  let phase: 'starting' | 'serving' | 'stopping' = 'starting';
  return {
    begin: () => {
      phase = 'serving';
    },
    announce: async () => {
      const served = phase === 'serving';
      phase = 'stopping';
      if (served && noticeMs > 0) await delay(noticeMs);
    },
    reports: () =>
      phase === 'stopping' ? [{ name: 'process', engine: 'stopping', state: 'DOWN', latencyMs: 0 }] : [],
  };
}
