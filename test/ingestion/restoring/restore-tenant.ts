/** The tenant of the tests, brought back from what a backup would stage, as the worker does it; gives how it ended. */

import { createPartRestores } from '../../../ingestion/restoring/part-restores.ts';
import { createRestorer } from '../../../ingestion/restoring/restorer.ts';
import type { Staged } from '../../../ingestion/restoring/staged-versions.ts';
import type { Restore, RestoreMode } from '../../../model/restore.ts';
import { createLog } from '../../../platform/log.ts';
import { type Rooms, TENANT } from '../harness.ts';

export async function restoreTenant(
  into: Rooms,
  { staged, cutAt, mode = 'MERGE' }: { staged: Staged; cutAt: string; mode?: RestoreMode },
): Promise<Restore> {
  const parts = createPartRestores({ graph: into.graph, now: () => new Date() });
  const { id } = await parts.begin({
    ...{ backup: 'one', cutAt, mode, withAccess: false, requestedBy: 'ada' },
    scope: { kind: 'TENANT', tenant: TENANT },
  });
  const duty = createRestorer({
    ...into,
    ...{ log: createLog({ level: 'silent' }), now: () => new Date(), everyMs: 10 },
    stage: async () => ({ ...staged, discard: async () => undefined }),
    record: async () => undefined,
  });
  const stop = new AbortController();
  const run = duty.run(stop.signal);
  try {
    for (;;) {
      const restore = await parts.get(id);
      if (restore !== null && restore.state !== 'RUNNING') return restore;
      await new Promise(setImmediate);
    }
  } finally {
    stop.abort();
    await run;
  }
}
