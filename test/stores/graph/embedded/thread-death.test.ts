/** The thread of the embedded graph dies: who called hears of it, and what is closed behind it is closed all the same. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../../stores/graph/embedded/embedded-graph-store.ts';
import { countNodes, putNodes } from '../../../../stores/graph/statements/transfer.ts';
import { threadsOf } from '../../../platform/threads.ts';

const log = createLog({ level: 'silent' });

test('a graph whose thread has died is down, closes, and has everything when it is opened again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-thread-'));
  const graph = createEmbeddedGraphStore({ directory, log });
  const threads = await threadsOf(() => graph.open());
  await graph.write([putNodes('Collection', [{ id: 'acme:1', properties: { id: 'acme:1' } }])]);
  expect(threads).toHaveLength(1);
  await threads[0]?.terminate();
  await expect(graph.read(countNodes('Collection'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await graph.health()).toMatchObject({ state: 'DOWN' });
  await expect(graph.close()).resolves.toBeUndefined();

  const again = createEmbeddedGraphStore({ directory, log });
  await again.open();
  expect(await again.read(countNodes('Collection'))).toEqual([1]);
  await again.close();
  await rm(directory, { recursive: true, force: true });
});
