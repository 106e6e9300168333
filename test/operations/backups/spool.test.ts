import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GraphView, viewOf } from '../../../operations/backups/graph-view.ts';
import { spool } from '../../../operations/backups/spool.ts';
import type { GraphSnapshot } from '../../../stores/graph/graph-store.ts';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
} from '../../../stores/graph/statements/transfer.ts';
import { type Desk, ingestSamples, openDesk } from './harness.ts';

let desk: Desk;
let folder: string;
beforeEach(async () => {
  desk = await openDesk();
  folder = await mkdtemp(join(tmpdir(), 'trellis-spool-'));
  await ingestSamples(desk.rooms);
});
afterEach(async () => {
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

const { signal } = new AbortController();
const options = () => ({ path: join(folder, 'graph.sqlite'), labels: CARRIED_LABELS, signal });

/** All that a backup asks of a graph. */
async function everything(graph: GraphView): Promise<unknown> {
  const found: Record<string, unknown> = { indexedTo: await graph.indexedTo() };
  for (const label of CARRIED_LABELS) {
    const nodes = await allOf(graph.nodePages(label));
    const ids = await allOf(graph.idPages(label));
    expect(ids).toEqual(nodes.map(({ id }) => id));
    expect(await graph.count(label)).toBe(nodes.length);
    // A file has the order of ids, the engine that of their making.
    found[label] = nodes.toSorted((left, right) => (left.id < right.id ? -1 : 1));
    if (label === 'Document') found['chunks'] = await chunksOf(graph, ids);
    for (const edge of Object.keys(CARRIED_EDGES) as CarriedEdge[])
      if (CARRIED_EDGES[edge] === label)
        found[edge] = (await graph.edgesFrom(edge, ids)).map((each) => JSON.stringify(each)).toSorted();
  }
  return found;
}

async function allOf<Item>(pages: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

async function chunksOf(graph: GraphView, ids: readonly string[]): Promise<readonly string[]> {
  const chunks = await graph.chunksOf(ids);
  return chunks.map(({ chunkId, documentId }) => `${documentId} ${chunkId}`).toSorted();
}

test('what was read into a file answers as the graph does', async () => {
  const snapshot = await desk.rooms.graph.openSnapshot();
  const file = await spool(snapshot, options());
  expect(await everything(file)).toEqual(await everything(viewOf(snapshot, signal)));
  file.close();
  await snapshot.close();
});

test('what was read of a view that was lost is not used', async () => {
  const snapshot = await desk.rooms.graph.openSnapshot();
  const lost: GraphSnapshot = {
    ...snapshot,
    confirm: async () => {
      throw new Error('lost');
    },
  };
  await expect(spool(lost, options())).rejects.toThrow('lost');
  await snapshot.close();
});
