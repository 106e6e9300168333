/** The port to leases: what only one may do at a time, in this process or in all of them. */

import { Problem } from '../../../platform/errors.ts';
import type { GraphStore } from '../graph-store.ts';

export interface Lease {
  /**
   * The graph, for whoever holds the lease: a write rejects with {@link LeaseLost} and changes nothing when another
   * has taken the lease by then.
   */
  readonly graph: GraphStore;
  /** Aborts when the lease is lost, or may be. */
  readonly signal: AbortSignal;
  /**
   * Whether it is certain that nobody else holds the lease: to be asked before a step outside the graph that another
   * holder must not see. False also where the process slept too long to know.
   */
  held(): boolean;
  /** Lets the next one have it. Never rejects, idempotent. */
  release(): Promise<void>;
}

export interface Leases {
  /**
   * Waits until the lease is free and takes it; those of one process come in the order in which they asked. Rejects
   * with UNAVAILABLE when it is not free in bounded time, and with the signal's reason.
   */
  acquire(id: string, signal?: AbortSignal): Promise<Lease>;
  /** Takes the lease if it is free now, or its holder has shown no sign of life for too long. */
  tryAcquire(id: string): Promise<Lease | null>;
  /** Gives up what is held. Idempotent. */
  close(): Promise<void>;
}

/** A write came too late: another holds the lease by now. Nothing of it happened, so the work may begin again. */
export class LeaseLost extends Problem {
  constructor() {
    super('CONFLICT', 'Another process has taken over meanwhile; nothing was changed. Try again.');
  }
}
