/** Where something is moved or restored to, nothing may be: only what a first start leaves there gives way. */

import { Problem } from '../../platform/errors.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import { forgetMigrations } from '../../stores/graph/statements/migrations.ts';
import { CARRIED_LABELS, countNodes } from '../../stores/graph/statements/transfer.ts';

/** As the message to whoever asks calls it. */
export type Arrival = 'Move' | 'Restore';

/**
 * What to write first, with the mark that something arrives. That migrations were made of an empty graph says nothing of
 * what comes: it brings its own, and those that it lacks are made at the next start. Rejects with CONFLICT where there is
 * anything else.
 */
export async function readyFor(arrival: Arrival, graph: GraphStore): Promise<readonly Statement<unknown>[]> {
  for (const label of CARRIED_LABELS.filter((each) => each !== 'DataMigration')) {
    const [found = 0] = await graph.read(countNodes(label));
    if (found > 0)
      throw new Problem(
        'CONFLICT',
        `The destination holds ${found} ${label} nodes already. ${arrival} into an empty one.`,
      );
  }
  return [forgetMigrations()];
}
