/** Leases of one process: turns in memory. Nobody can take one away, so nothing is kept in the graph. */

import type { GraphStore } from '../graph-store.ts';
import type { Lease, Leases } from './leases.ts';
import { createTurns } from './turns.ts';

export function createLocalLeases({ graph }: { readonly graph: GraphStore }): Leases {
  const turns = createTurns();
  const neverLost = new AbortController().signal;
  const toLease = (end: () => void): Lease => ({
    graph,
    signal: neverLost,
    held: () => true,
    release: async () => end(),
  });
  return {
    acquire: async (id, signal) => toLease(await turns.next(id, signal)),
    tryAcquire: async (id) => (turns.taken(id) ? null : toLease(await turns.next(id))),
    close: async () => undefined,
  };
}
