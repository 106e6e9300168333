/** The same graph, each write of which begins with a check: where its decoder throws, nothing is changed. */

import type { GraphStore, Statement } from './graph-store.ts';

export function fencedBy(graph: GraphStore, check: Statement<unknown>): GraphStore {
  return {
    open: () => graph.open(),
    read: (statement, options) => graph.read(statement, options),
    revision: () => graph.revision(),
    openSnapshot: () => graph.openSnapshot(),
    health: () => graph.health(),
    close: () => graph.close(),
    write: async (statements, options) => (await graph.write([check, ...statements], options)).slice(1),
  };
}
