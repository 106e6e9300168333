/** A graph store that tells when the writes that were begun are over, also those that nobody waits for. */

import type { GraphStore } from '../../../../stores/graph/graph-store.ts';

export interface AwaitedWrites {
  readonly graph: GraphStore;
  /** Resolves once no write is under way, and whoever began one has heard of its end. */
  settled(): Promise<void>;
}

export function awaitWrites(graph: GraphStore): AwaitedWrites {
  const underWay = new Set<Promise<unknown>>();
  return {
    graph: {
      ...graph,
      write: (statements, options) => {
        const written = graph.write(statements, options);
        underWay.add(written);
        const over = () => void underWay.delete(written);
        written.then(over, over);
        return written;
      },
    },
    settled: async () => {
      do {
        await Promise.allSettled(underWay);
        await new Promise((resolve) => setImmediate(resolve));
      } while (underWay.size > 0);
    },
  };
}
