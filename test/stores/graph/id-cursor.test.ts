/** All ids of a label, a page at a time, out of a real graph. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { createIdCursor } from '../../../stores/graph/id-cursor.ts';
import { putNodes } from '../../../stores/graph/statements/transfer.ts';

let directory: string;
let graph: GraphStore;
let reads: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-cursor-'));
  graph = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
  await graph.open();
  reads = 0;
});
afterEach(async () => {
  await graph.close();
  await rm(directory, { recursive: true, force: true });
});

const idOf = (at: number) => `acme:${String(at).padStart(4, '0')}`;
const put = (from: number, count: number) =>
  graph.write([
    putNodes(
      'Collection',
      Array.from({ length: count }, (_, at) => ({
        id: idOf(from + at),
        properties: { id: idOf(from + at) },
      })),
    ),
  ]);
const counted: Pick<GraphStore, 'read'> = {
  read: (statement, options) => {
    reads += 1;
    return graph.read(statement, options);
  },
};
async function all(limit: number, idsHeld: number, after = ''): Promise<readonly string[]> {
  const cursor = createIdCursor(counted, 'Collection', idsHeld);
  const found: string[] = [];
  for (let last: string | undefined = after; last !== undefined; ) {
    const ids: readonly string[] = await cursor.behind(last, limit);
    expect(ids.length).toBeLessThanOrEqual(limit);
    found.push(...ids);
    last = ids.at(-1);
  }
  return found;
}

test.each([
  { count: 0, limit: 3, idsHeld: 10 },
  { count: 10, limit: 3, idsHeld: 10 },
  { count: 25, limit: 5, idsHeld: 10 },
  { count: 25, limit: 4, idsHeld: 10 },
  { count: 25, limit: 20, idsHeld: 10 },
])(
  'gives each of $count ids once, in order, by $limit and with $idsHeld held',
  async ({ count, limit, idsHeld }) => {
    if (count > 0) await put(0, count);
    expect(await all(limit, idsHeld)).toEqual(Array.from({ length: count }, (_, at) => idOf(at)));
  },
);

test('goes on from where somebody else was', async () => {
  await put(0, 25);
  expect(await all(5, 10, idOf(6))).toEqual(Array.from({ length: 18 }, (_, at) => idOf(7 + at)));
});

test('looks at the label as often as it is full of ids that are held, not once a page', async () => {
  await put(0, 100);
  await all(5, 50);
  expect(reads).toBe(3);
});
