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

/** `onOther` is told, and must not throw. */
export function createServedGraphStore(
  graph: GraphStore,
  { namespace, onOther }: { readonly namespace: Namespace; readonly onOther: () => void },
): GraphStore {
  const fence = fenceServed(namespace, () => {
    onOther();
    throw new NotServed();
  });
  return fencedBy(graph, fence);
}
