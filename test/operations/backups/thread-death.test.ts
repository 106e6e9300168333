/** The thread of the graph dies under a backup: it ends as failed and says so, and what is closed behind it closes. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { threadsOf } from '../../platform/threads.ts';
import { INSTALLATION, ingestSamples, openDesk } from './harness.ts';

test('a backup whose graph dies under it has failed, and says so', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-thread-'));
  const graph = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
  const [thread] = await threadsOf(() => graph.open());
  const desk = await openDesk({
    createGraph: () => ({ ...graph, open: async () => undefined }),
    wrapTarget: (target) => ({
      ...target,
      put: async (name, ...given) => {
        // The first are of contents; what is read of the graph comes behind them.
        if (name.startsWith('parts/')) await thread?.terminate();
        return target.put(name, ...given);
      },
    }),
  });
  await ingestSamples(desk.rooms);
  const { id } = await desk.backups.begin({ scope: INSTALLATION, createdBy: 'ada' });
  const failed = { state: 'FAILED', problem: expect.stringContaining('has stopped') };
  expect(await desk.backups.ended(id)).toMatchObject(failed);
  expect(await desk.backups.get(id)).toMatchObject(failed);
  await expect(desk.close()).resolves.toBeUndefined();
  await rm(directory, { recursive: true, force: true });
});
