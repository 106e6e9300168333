/**
 * What a leader does about restores on servers: stopped in order, it leaves one as it found it, however often that happens;
 * and it tells of a switch that others have made as one that was made.
 */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { change, newKept, toNode } from '../../../operations/restores/on-servers/records.ts';
import { createServedRestorer } from '../../../operations/restores/on-servers/restorer.ts';
import { REPLAY } from '../../../parts/restores.ts';
import { createLog } from '../../../platform/log.ts';
import { LeaseLost } from '../../../stores/graph/leases/leases.ts';
import {
  createServedRestore,
  type ServedRestore,
  serve,
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

test('a switch that another leader makes at the same time is not told as one that failed', {
  timeout: SLOW_MS,
}, async () => {
  const { id: backup } = await desk.backUp();
  const running = newKept(await desk.sets.open(backup), 'ada', new Date());
  const kept = { ...running, namespace: 'r1', restore: { ...running.restore, state: 'SWITCHING' } } as const;
  const { graph } = desk.rooms;
  await graph.write([createServedRestore(toNode(kept))]);
  const stopping = new AbortController();
  const told: string[] = [];
  const write = (line: string) => {
    told.push(JSON.parse(line).msg);
    stopping.abort();
  };
  let switched = 0;
  const restorer = createServedRestorer({
    ...{ graph, sets: desk.sets, namespace: '', everyMs: 1, now: () => new Date() },
    log: createLog({ level: 'warn' }, { write }),
    replay: {
      ...REPLAY,
      // Behind the look of this leader, and before its switch.
      since: async () => {
        await graph.write([
          change(kept, { state: 'SWITCHED' }),
          serve({ namespace: 'r1', previous: '', restore: kept.id, at: '2026-01-02T03:04:05.000Z' }),
        ]);
        return { erasures: [], policies: [] };
      },
    },
    open: () => Promise.reject(new Error('there is nothing to do again')),
    drop: async () => undefined,
    list: async () => [],
    record: async () => undefined,
    onSwitched: () => {
      switched += 1;
    },
  });
  await restorer.run(stopping.signal);
  expect(told).toEqual(['A restore was not switched here: it stands otherwise by now.']);
  expect(switched).toBe(1);
  expect((await graph.read(servedRestoreById(kept.id)))[0]).toMatchObject({ state: 'SWITCHED' });
});

test('a switch that failed and is asked for again is another call, and is begun no sooner than one', {
  timeout: SLOW_MS,
}, async () => {
  const { id: backup } = await desk.backUp();
  const ready = newKept(await desk.sets.open(backup), 'ada', new Date());
  const kept = { ...ready, namespace: 'r1', restore: { ...ready.restore, state: 'SWITCHING' } } as const;
  const { graph } = desk.rooms;
  await graph.write([createServedRestore(toNode(kept))]);
  const stopping = new AbortController();
  /** The looks behind which it was begun. */
  const begun: number[] = [];
  let [looks, isAskedAgain] = [0, false];
  const askAgain = async () => {
    isAskedAgain = true;
    const failed = { ...kept, restore: { ...kept.restore, state: 'READY' } } as const;
    await graph.write([change(failed, { state: 'SWITCHING', problem: null })]);
  };
  const restorer = createServedRestorer({
    ...{ sets: desk.sets, namespace: '', everyMs: 1, now: () => new Date() },
    graph: {
      ...graph,
      read: async (statement, options) => {
        if (statement.name === 'serving.restoresListed') {
          looks += 1;
          if (begun.length === 1 && !isAskedAgain) await askAgain();
        }
        return graph.read(statement, options);
      },
    },
    log: createLog({ level: 'silent' }),
    replay: {
      ...REPLAY,
      since: async () => {
        begun.push(looks);
        if (begun.length === 2) stopping.abort();
        throw new Error('the erasures are unreadable');
      },
    },
    open: () => Promise.reject(new Error('there is nothing to do again')),
    drop: async () => undefined,
    list: async () => [],
    record: async () => undefined,
    onSwitched: () => undefined,
  });
  await restorer.run(stopping.signal);
  const [first = 0, second = 0] = begun;
  // One look that finds it asked for again, and one that begins it.
  expect(second - first).toBe(2);
});
