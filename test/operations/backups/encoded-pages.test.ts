/** What is encoded beside the engine is, byte by byte, what is encoded here: parts of the one are reused by the other. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EncodedPage } from '../../../operations/backups/encode-page.ts';
import { chunksOf, edgesOf, nodesOf, type ReadPages } from '../../../operations/backups/encoded-pages.ts';
import { type GraphView, viewOf } from '../../../operations/backups/graph-view.ts';
import { filterOf } from '../../../operations/backups/scope.ts';
import { CARRIED_LABELS } from '../../../stores/graph/statements/transfer.ts';
import { type Desk, INSTALLATION, ingestSamples, openDesk } from './harness.ts';

const { signal } = new AbortController();

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

async function everything(graph: GraphView) {
  const filter = await filterOf(INSTALLATION, graph);
  const all: Record<string, readonly EncodedPage[]> = {
    chunks: await pagesOf(chunksOf(graph, filter)),
    RELATES: await pagesOf(edgesOf(graph, 'RELATES', filter)),
    NAMES: await pagesOf(edgesOf(graph, 'NAMES', filter)),
  };
  for (const label of CARRIED_LABELS) all[label] = await pagesOf(nodesOf(graph, label, filter));
  return all;
}

async function pagesOf(pages: ReadPages): Promise<readonly EncodedPage[]> {
  const all: EncodedPage[] = [];
  for await (const { page } of pages) all.push(page);
  return all;
}

test('pages that are encoded beside the engine are those that are encoded here', async () => {
  await ingestSamples(desk.rooms);
  const snapshot = await desk.rooms.graph.openSnapshot();
  const { encoded, ...here } = viewOf(snapshot, signal);
  expect(encoded).toBeDefined();
  const beside = await everything(viewOf(snapshot, signal));
  expect(beside).toEqual(await everything(here));
  for (const kind of ['chunks', 'RELATES', 'Entity']) {
    expect(beside[kind]?.[0]?.lengths.length).toBeGreaterThan(5);
    for (const { bytes, lengths } of beside[kind] ?? [])
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length);
  }
  await snapshot.close();
});

test('a view that is closed while somebody was cut loose from a page of it waits for that page', async () => {
  await ingestSamples(desk.rooms);
  const snapshot = await desk.rooms.graph.openSnapshot();
  const cut = new AbortController();
  const view = viewOf(snapshot, cut.signal);
  const pages = pagesOf(chunksOf(view, await filterOf(INSTALLATION, view)));
  cut.abort(new Error('no more'));
  await expect(pages).rejects.toThrow();
  await snapshot.close();
  await expect(desk.rooms.graph.revision()).resolves.toBeGreaterThan(0);
});
