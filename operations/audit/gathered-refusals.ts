/**
 * Refusals on their way into the audit log, whichever log writes when their time comes: one may close before it has
 * written them all, as rooms do over data that is served no more, and then the log after it writes them.
 */

import type { AuditEvent } from '../../model/audit.ts';
import { Problem } from '../../platform/errors.ts';
import type { Part } from '../../platform/part.ts';
import { createRefusalTally } from '../../platform/refusal-tally.ts';

type Write = (refusals: readonly AuditEvent[]) => Promise<unknown>;

export interface GatheredRefusals extends Part {
  /** Never waits. */
  note(refusal: AuditEvent): void;
  /** From now on they are written so. */
  writeBy(write: Write): void;
  /** Writes those that there are. What cannot be written, and what comes from now on, waits for the next who writes. */
  handOver(): Promise<void>;
  /** What nobody has written by now is lost. */
  close(): Promise<void>;
}

export function createGatheredRefusals(): GatheredRefusals {
  let write: Write = nobodyWrites;
  // Whoever writes tells of a failure; each is told again.
  const tally = createRefusalTally({ tell: (refusals) => write(refusals), onFailure: () => undefined });
  return {
    name: 'refusals',
    note: tally.note,
    writeBy: (next) => {
      write = next;
    },
    handOver: async () => {
      await tally.flush();
      write = nobodyWrites;
    },
    start: async () => undefined,
    close: tally.close,
  };
}

async function nobodyWrites(): Promise<never> {
  throw new Problem('UNAVAILABLE', 'The audit log is closed. Refusals are written by the next that opens.');
}
