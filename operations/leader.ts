/**
 * The leader: of all processes the one that does what needs doing once, such as reconciling and whatever runs by the
 * clock. It leads while it holds a lease; another one takes over when it stops showing signs of life.
 */

import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { pause } from '../platform/pause.ts';
import { aborted } from '../platform/until-aborted.ts';
import type { Lease, Leases } from '../stores/graph/leases/leases.ts';

/** Something that only the leader does. */
export interface Duty {
  readonly name: string;
  /** Goes on until the signal aborts: then another leads, or the process ends. */
  run(signal: AbortSignal): Promise<void>;
}

export interface LeaderOptions {
  readonly leases: Leases;
  readonly duties: readonly Duty[];
  readonly log: Log;
  /** How often a process that does not lead asks whether it can, in ms. */
  readonly askEveryMs?: number;
}

export interface Leader extends Part {
  /** Whether this process leads now, as far as it knows. */
  leads(): boolean;
}

const LEASE = 'leader';
const ASK_EVERY_MS = 3_000;

export function createLeader({ leases, duties, log, askEveryMs = ASK_EVERY_MS }: LeaderOptions): Leader {
  const stopping = new AbortController();
  let leading: Lease | null = null;
  let running: Promise<void> = Promise.resolve();

  /** Until the lease is lost or the process closes. */
  const lead = async (lease: Lease): Promise<void> => {
    leading = lease;
    log.info({ duties: duties.map(({ name }) => name) }, 'This process leads.');
    const signal = AbortSignal.any([stopping.signal, lease.signal]);
    const done = duties.map(({ name, run }) =>
      run(signal).catch((error: unknown) => log.error({ duty: name, error }, 'A duty of the leader failed.')),
    );
    try {
      await Promise.all([...done, aborted(signal)]);
    } finally {
      leading = null;
      await lease.release();
    }
  };
  const stand = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const lease = await leases.tryAcquire(LEASE).catch((error: unknown) => {
        log.warn({ error }, 'It could not be settled who leads; it is asked again.');
        return null;
      });
      if (lease !== null) await lead(lease);
      else await pause(askEveryMs, stopping.signal);
    }
  };

  return {
    name: 'leader',
    leads: () => leading?.held() ?? false,
    start: async () => {
      running = stand();
    },
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}
