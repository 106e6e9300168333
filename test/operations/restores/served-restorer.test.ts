/** A leader that is stopped in order leaves a restore on servers as it found it, however often that happens. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { newKept, toNode } from '../../../operations/restores/on-servers/records.ts';
import { createServedRestorer } from '../../../operations/restores/on-servers/restorer.ts';
import { REPLAY } from '../../../parts/restores.ts';
import { createLog } from '../../../platform/log.ts';
import { LeaseLost } from '../../../stores/graph/leases/leases.ts';
import {
  createServedRestore,
  type ServedRestore,
  servedRestoreById,
} from '../../../stores/graph/statements/serving.ts';
import { type Desk, openDesk } from '../backups/harness.ts';

const SLOW_MS = 240_000;

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

/** Leads until it restores, and is stopped then. */
async function leadUntilStopped(reason?: unknown): Promise<void> {
  const stopping = new AbortController();
  const restorer = createServedRestorer({
    ...{ graph: desk.rooms.graph, sets: desk.sets, namespace: '', replay: REPLAY, everyMs: 1 },
    open: async () => {
      stopping.abort(reason);
      throw stopping.signal.reason;
    },
    drop: async () => undefined,
    list: async () => [],
    record: async () => undefined,
    onSwitched: () => undefined,
    now: () => new Date(),
    log: createLog({ level: 'silent' }),
  });
  await restorer.run(stopping.signal);
}

test('one version after the other is rolled out, and the restore goes on; a lease that is lost counts', {
  timeout: SLOW_MS,
}, async () => {
  const { id: backup } = await desk.backUp();
  const kept = newKept(await desk.sets.open(backup), 'ada', new Date());
  await desk.rooms.graph.write([createServedRestore(toNode(kept))]);
  const standing = async (): Promise<ServedRestore | undefined> =>
    (await desk.rooms.graph.read(servedRestoreById(kept.id)))[0];
  for (let stopped = 1; stopped <= 4; stopped++) await leadUntilStopped();
  expect(await standing()).toMatchObject({ state: 'RUNNING', attempts: 0 });
  expect((await standing())?.drop).toHaveLength(3);
  await leadUntilStopped(new LeaseLost());
  expect(await standing()).toMatchObject({ state: 'RUNNING', attempts: 1 });
});
