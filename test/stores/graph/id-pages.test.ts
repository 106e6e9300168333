/** Going through a label once: from anywhere in it, and until somebody says stop. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { idPages } from '../../../stores/graph/id-pages.ts';
import { putNodes } from '../../../stores/graph/statements/transfer.ts';

const IDS = ['acme_a', 'acme_b', 'acme_c', 'acme_d', 'acme_e'];
let directory: string;
let graph: GraphStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-pages-'));
  graph = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
  await graph.open();
  const nodes = IDS.toReversed().map((id) => ({ id, properties: { id } }));
  await graph.write([putNodes('Collection', nodes)]);
});
afterAll(async () => {
  await graph.close();
  await rm(directory, { recursive: true, force: true });
});

test.each([
  { after: '', pages: [['acme_a', 'acme_b'], ['acme_c', 'acme_d'], ['acme_e']] },
  { after: 'acme_b', pages: [['acme_c', 'acme_d'], ['acme_e']] },
  { after: 'acme_e', pages: [] },
])('gives what comes behind "$after", and no empty page', async ({ after, pages }) => {
  const seen: (readonly string[])[] = [];
  for await (const page of idPages(graph, 'Collection', { after, limit: 2 })) seen.push(page);
  expect(seen).toEqual(pages);
});

test('stops between two pages when it is told to, also where the next is held already', async () => {
  const stopping = new AbortController();
  const seen: (readonly string[])[] = [];
  const all = async () => {
    for await (const page of idPages(graph, 'Collection', { limit: 2, signal: stopping.signal })) {
      seen.push(page);
      stopping.abort(new Error('enough'));
    }
  };
  await expect(all()).rejects.toThrow('enough');
  expect(seen).toEqual([['acme_a', 'acme_b']]);
});
