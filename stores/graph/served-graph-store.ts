/**
 * A graph of one namespace, written to only while that is served. A process that has not heard of a switch yet, or was
 * asleep, changes nothing: it is told so by its first write.
 */

import type { Namespace } from '../../model/namespace.ts';
import { Problem } from '../../platform/errors.ts';
import { fencedBy } from './fenced-graph-store.ts';
import type { GraphStore } from './graph-store.ts';
import { fenceServed } from './statements/serving.ts';

/** As long as a process needs to build its rooms anew, in ms. */
const RETRY_AFTER_MS = 3_000;

/** Nothing was changed: other data is served by now. */
class NotServed extends Problem {
  constructor() {
    super(
      'UNAVAILABLE',
      'Restored data has taken the place of the data that this process has open; nothing was changed. It opens the other now: try again.',
      { retryAfterMs: RETRY_AFTER_MS },
    );
  }
}

/** The same, of a process that stays with what it has. */
class NotFollowed extends Problem {
  constructor(served: Namespace) {
    super('UNAVAILABLE', `${notFollowed(served)} Nothing was changed.`);
  }
}

/** What somebody has to do who runs a process with a standby of the graph beside what others have switched to. */
export function notFollowed(served: Namespace): string {
  return `A restore of the whole is served (${served}), and a graph standby does not follow that. Start without TRELLIS_GRAPH_STANDBY_URL, TRELLIS_GRAPH_URL being the server that takes writes; for a standby, carry the data onto a new graph server first ("trellis move").`;
}

export interface ServedGraphOptions {
  readonly namespace: Namespace;
  /** Is told, and must not throw. */
  readonly onOther: () => void;
  /** Whether this process then opens what is served, as it does unless it has a standby of the graph. */
  readonly follows?: boolean;
}

export function createServedGraphStore(
  graph: GraphStore,
  { namespace, onOther, follows = true }: ServedGraphOptions,
): GraphStore {
  const fence = fenceServed(namespace, (served) => {
    onOther();
    throw follows ? new NotServed() : new NotFollowed(served);
  });
  return fencedBy(graph, fence);
}
