/**
 * The embedded graph with the one guarantee that graphs of several processes add: a decoder that throws undoes its
 * transaction. Writes come one at a time, so checking the fence before the others is checking it with them.
 */

import type { GraphStore } from '../../../../stores/graph/graph-store.ts';

export function checkingStore(graph: GraphStore): GraphStore {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...graph,
    write: (statements, options) => {
      const written = last.then(async () => {
        const [first, ...rest] = statements;
        if (first?.name !== 'leases.fence') return graph.write(statements, options);
        const fence = await graph.write([first], options);
        return [...fence, ...(await graph.write(rest, options))];
      });
      last = written.catch(() => undefined);
      return written;
    },
  };
}
