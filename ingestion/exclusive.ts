/**
 * One at a time: changes of the index never interleave, be it in one process or in several. Who changes it writes
 * through the graph handed in, which refuses the write when another process has taken over.
 */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import { type Lease, LeaseLost, type Leases } from '../stores/graph/leases/leases.ts';

/** What is given to whoever has the index to itself. */
export type Alone = Pick<Lease, 'held'> & { readonly graph: GraphStore };

/** Runs when nobody else does. `run` begins again when it was overtaken, so it reads all that it decides by. */
export type Exclusive = <Value>(run: (alone: Alone) => Promise<Value>) => Promise<Value>;

const LEASE = 'index';
/** Runs that may be overtaken before that is told. */
const RUNS_MAX = 3;

export function createExclusive(leases: Leases): Exclusive {
  return async (run) => {
    for (let attempt = 1; ; attempt++) {
      const lease = await leases.acquire(LEASE);
      try {
        return await run(lease);
      } catch (error) {
        if (!(error instanceof LeaseLost) || attempt === RUNS_MAX) throw error;
      } finally {
        await lease.release();
      }
    }
  };
}
