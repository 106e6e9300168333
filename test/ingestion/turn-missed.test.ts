/** A graph that others keep, as a backup on a server does, is waited for: no document is given up for it. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { type GraphStore, TurnMissed } from '../../stores/graph/graph-store.ts';
import { openRooms, TENANT } from './harness.ts';

/** More than a turn tries. */
const MISSED = 7;

test('a batch whose turn to be written does not come is written in a later turn of its job', async () => {
  let missed = 0;
  const createGraph = (directory: string): GraphStore => {
    const log = createLog({ level: 'silent' });
    const graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log });
    return {
      ...graph,
      write: async (statements, options) => {
        const isBatch = [...statements].some(({ name }) => name === 'chunks.put');
        if (!isBatch || missed === MISSED) return graph.write(statements, options);
        missed += 1;
        throw new TurnMissed('Others write.');
      },
    };
  };
  const rooms = await openRooms({ createGraph });
  try {
    const { jobId } = await rooms.ingestion.submit(TENANT, 'notes', [{ key: 'a', content: 'Zanzibar.' }]);
    expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED', failures: [] });
    expect(missed).toBe(MISSED);
  } finally {
    await rooms.close();
  }
});
