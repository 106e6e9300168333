/** What restores on servers have left is dropped behind everything else, and nobody looks for it where there is nothing. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOTHING_RESTORED } from '../../../model/restore.ts';
import { createDropper } from '../../../operations/restores/on-servers/dropper.ts';
import { type Kept, toNode } from '../../../operations/restores/on-servers/records.ts';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { createServedRestore, serve, servedRestoreById } from '../../../stores/graph/statements/serving.ts';

const AT = '2026-01-02T03:00:00.000Z';
const log = createLog({ level: 'silent' });
const never = new AbortController().signal;

const confirmed: Kept = {
  ...{ id: 'one', namespace: 'r1', old: '', drop: ['left', 'r1'], gone: ['late'], attempts: 1, told: true },
  restore: {
    ...{ id: 'one', backup: 'b', cutAt: AT, requestedBy: 'ada', startedAt: AT, kept: 'there' },
    ...{ scope: { kind: 'INSTALLATION' }, mode: null, withAccess: true, state: 'CONFIRMED' },
    ...{ finishedAt: AT, switchedAt: AT, problem: null, progress: null, receipt: NOTHING_RESTORED },
  },
};

let folder: string;
let graph: GraphStore;
let looks: number;
let dropped: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-dropper-'));
  const store = createEmbeddedGraphStore({ directory: join(folder, 'graph'), log });
  await store.open();
  [looks, dropped] = [0, []];
  graph = {
    ...store,
    read: (wanted, options) => {
      if (wanted.name === 'serving.restoresListed') looks += 1;
      return store.read(wanted, options);
    },
  };
});
afterEach(async () => {
  await graph.close();
  await rm(folder, { recursive: true, force: true });
});

const dropperOn = (left: readonly string[]) =>
  createDropper(
    {
      ...{ graph, log },
      drop: async (namespace) => void dropped.push(namespace),
      list: async () => left,
    },
    never,
  );

test('where nothing was left it looks behind itself once, and not again', async () => {
  const dropper = dropperOn([]);
  for (let second = 0; second < 5; second++) {
    dropper.wake([]);
    await dropper.ended();
  }
  expect(looks).toBe(1);
});

test('what was left is dropped, and what was dropped before and is there again; what is served is not', async () => {
  await graph.write([
    createServedRestore(toNode(confirmed)),
    serve({ namespace: 'r1', previous: null, restore: 'one', at: AT }),
  ]);
  const dropper = dropperOn(['late', 'r1', 'of somebody else']);
  dropper.wake([confirmed]);
  await dropper.ended();
  expect(dropped).toEqual(['late', 'left']);
  const [after] = await graph.read(servedRestoreById('one'));
  expect(after).toMatchObject({ drop: [], gone: ['late', 'left', 'r1'] });
  dropper.wake([]);
  await dropper.ended();
  expect(looks).toBe(1);
  dropper.wake([confirmed]);
  await dropper.ended();
  expect(looks).toBe(2);
});
