/** What metrics tell of dead letters: how many wait for somebody, in all tenants. */

import type { Measure } from '../platform/gauges.ts';
import type { DeadLetters } from './dead-letters.ts';

/** Metrics are not kept waiting for a graph that is slow, in ms. */
const COUNT_MS_MAX = 2_000;

export function deadLettersMeasure({ count }: Pick<DeadLetters, 'count'>): Measure {
  return {
    name: 'trellis_dead_letters',
    help: 'Submissions that could not be indexed and wait to be replayed or discarded, in all tenants.',
    kind: 'gauge',
    read: () => count({ timeoutMs: COUNT_MS_MAX }).catch(() => null),
  };
}
