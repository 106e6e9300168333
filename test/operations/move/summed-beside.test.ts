/** What is summed up beside the engine is what is summed up here: checksums of older sets are compared with it. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { KINDS } from '../../../operations/move/compare.ts';
import { openRooms, type Rooms } from '../../ingestion/harness.ts';
import { ingestSamples } from '../backups/harness.ts';

const { signal } = new AbortController();
let rooms: Rooms;
beforeEach(async () => {
  rooms = await openRooms();
});
afterEach(() => rooms.close());

test('every label and kind of edge has the same sum beside the engine as here, and fewer rows are carried', async () => {
  await ingestSamples(rooms);
  const carried = { beside: 0, here: 0 };
  const counted = (where: keyof typeof carried): Rooms['graph'] => ({
    ...rooms.graph,
    read: async (wanted, options) => {
      const rows = await rooms.graph.read(wanted, options);
      if (wanted.name !== 'transfer.places') carried[where] += rows.length;
      return rows;
    },
  });
  const { beside: _, ...here } = counted('here');
  const ofGraph = KINDS.filter(([what]) => what !== 'content');
  for (const [what, summarise] of ofGraph) {
    const sum = await summarise({ ...rooms, graph: counted('beside') }, signal);
    expect([what, sum]).toEqual([what, await summarise({ ...rooms, graph: here }, signal)]);
  }
  expect(carried.here).toBeGreaterThan(100);
  expect(carried.beside).toBe(0);
});
