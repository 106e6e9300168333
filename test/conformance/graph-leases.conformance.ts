/** What leases in a graph promise to processes that share it, whichever graph it is. Time is the test's own. */

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { type GraphStore, statement } from '../../stores/graph/graph-store.ts';
import { createGraphLeases } from '../../stores/graph/leases/graph-leases.ts';
import { type Lease, LeaseLost, type Leases } from '../../stores/graph/leases/leases.ts';
import { type AwaitedWrites, awaitWrites } from '../stores/graph/leases/awaited-writes.ts';
import { createTime, type ManualClock } from '../stores/graph/leases/manual-clock.ts';

const LIFE_MS = 9_000;
/** A graph over the wire may take so long until who asked it waits for time to pass, in ms. */
const ASKING_MS_MAX = 60_000;
const log = createLog({ level: 'silent' });

/** Something that only the holder may write. */
const put = (value: string) =>
  statement('test.put', `MERGE (n:Entity {id: 'guarded'}) SET n.value = $value`, { value }, (row) => row);
const stored = () =>
  statement('test.stored', `MATCH (n:Entity {id: 'guarded'}) RETURN n.value AS value`, {}, (row) =>
    String(row.value),
  );

export interface GraphLeasesSubject {
  /** An empty graph, not yet open. */
  create(): Promise<GraphStore>;
  /** How many orders of events are tried by chance. */
  readonly orders: number;
}

export const describeGraphLeases = (name: string, { create, orders }: GraphLeasesSubject) =>
  describe(`leases in ${name}`, () => {
    let graph: GraphStore;
    let settled: AwaitedWrites['settled'];
    let time: ReturnType<typeof createTime>;
    let id: string;
    let ids = 0;
    beforeAll(async () => {
      ({ graph, settled } = awaitWrites(await create()));
      await graph.open();
    });
    afterAll(() => graph.close());
    beforeEach(() => {
      time = createTime();
      id = `lease${ids++}`;
    });

    /** A process: leases with a clock of its own. */
    const startProcess = (startedAt = 0): { readonly leases: Leases; readonly clock: ManualClock } => {
      const clock = time.createClock(startedAt);
      return { clock, leases: createGraphLeases({ graph, log, clock, lifeMs: LIFE_MS, chance: () => 1 }) };
    };
    const require = (lease: Lease | null): Lease => {
      if (lease === null) throw new Error('the lease was not given');
      return lease;
    };
    const untilAwaited = (holds = () => time.isAwaited()) =>
      vi.waitFor(() => expect(holds()).toBe(true), { timeout: ASKING_MS_MAX, interval: 5 });

    test('a lease that one holds is not given to another until it is released', async () => {
      const [one, other] = [startProcess(), startProcess()];
      const lease = require(await one.leases.tryAcquire(id));
      expect(await other.leases.tryAcquire(id)).toBeNull();
      await lease.release();
      expect(lease.held()).toBe(false);
      expect(await other.leases.tryAcquire(id)).not.toBeNull();
    });

    test('two leases are nothing to each other', async () => {
      const [one, other] = [startProcess(), startProcess()];
      expect(await one.leases.tryAcquire(id)).not.toBeNull();
      expect(await other.leases.tryAcquire(`${id}-other`)).not.toBeNull();
    });

    test('who waits gets it once it is released', async () => {
      const [one, other] = [startProcess(), startProcess()];
      const lease = require(await one.leases.tryAcquire(id));
      const waiting = other.leases.acquire(id);
      await untilAwaited();
      await lease.release();
      time.advance(300);
      expect((await waiting).held()).toBe(true);
    });

    test('those of one process come in the order in which they asked', async () => {
      const { leases } = startProcess();
      const order: number[] = [];
      await Promise.all(
        [1, 2, 3, 4].map(async (number) => {
          const lease = await leases.acquire(id);
          order.push(number);
          await lease.release();
        }),
      );
      expect(order).toEqual([1, 2, 3, 4]);
    });

    test('a holder that shows signs of life keeps it, however long', async () => {
      const [one, other] = [startProcess(), startProcess()];
      const lease = require(await one.leases.tryAcquire(id));
      for (let step = 0; step < 12; step++) {
        time.advance(LIFE_MS / 3);
        await settled();
        expect(await other.leases.tryAcquire(id)).toBeNull();
      }
      expect(lease.held()).toBe(true);
    });

    test('a holder that is dead loses it to whoever has seen it still for a life', async () => {
      const [one, other] = [startProcess(), startProcess(-3_600_000)];
      const lease = require(await one.leases.tryAcquire(id));
      one.clock.sleeping = true;
      expect(await other.leases.tryAcquire(id)).toBeNull();
      time.advance(LIFE_MS - 1);
      expect(await other.leases.tryAcquire(id)).toBeNull();
      time.advance(1);
      expect(await other.leases.tryAcquire(id)).not.toBeNull();
      expect(lease.held()).toBe(false);
    });

    test('a holder that wakes too late is told, and can write nothing', async () => {
      const [one, other] = [startProcess(), startProcess()];
      const late = require(await one.leases.tryAcquire(id));
      one.clock.sleeping = true;
      await other.leases.tryAcquire(id);
      time.advance(LIFE_MS);
      const next = require(await other.leases.tryAcquire(id));
      await next.graph.write([put('of the next')]);
      await expect(late.graph.write([put('of the late')])).rejects.toBeInstanceOf(LeaseLost);
      expect(await graph.read(stored())).toEqual(['of the next']);
      one.clock.sleeping = false;
      time.runDue();
      expect(late.signal.aborted).toBe(true);
      await late.release();
      await next.graph.write([put('still of the next')]);
    });

    test('gives the rows of what is written, and none of the fence', async () => {
      const lease = require(await startProcess().leases.tryAcquire(id));
      const counted = statement('test.one', 'RETURN 1 AS one', {}, (row) => Number(row.one));
      expect(await lease.graph.write([counted, put('x')])).toEqual([[1], []]);
    });

    test('whoever closes gives up what it holds', async () => {
      const [one, other] = [startProcess(), startProcess()];
      await one.leases.tryAcquire(id);
      await one.leases.close();
      expect(await other.leases.tryAcquire(id)).not.toBeNull();
    });

    test('waiting ends with the signal, and with the time it may take', async () => {
      const [one, other] = [startProcess(), startProcess()];
      const lease = require(await one.leases.tryAcquire(id));
      const leaving = new AbortController();
      const gone = other.leases.acquire(id, leaving.signal);
      await untilAwaited();
      leaving.abort(new Error('gone'));
      await expect(gone).rejects.toThrow('gone');
      let refusal: unknown = null;
      other.leases.acquire(id).catch((error: unknown) => {
        refusal = error;
      });
      while (refusal === null) {
        await untilAwaited(() => time.isAwaited() || refusal !== null);
        time.advance(LIFE_MS / 3);
        await settled();
      }
      expect(refusal).toMatchObject({ code: 'UNAVAILABLE' });
      expect(lease.held()).toBe(true);
    });

    test('whatever happens in whatever order: never two holders, and no write of one that was overtaken', async () => {
      const actor = fc.integer({ min: 0, max: 2 });
      const step = fc.oneof(
        { weight: 5, arbitrary: fc.record({ kind: fc.constant('take' as const), actor }) },
        { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), actor }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), actor }) },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant('sleep' as const), actor }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('wake' as const), actor }) },
        {
          weight: 4,
          arbitrary: fc.record({
            kind: fc.constant('advance' as const),
            ms: fc.constantFrom(500, 4_500, 9_000),
          }),
        },
      );
      const startedAt = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 3, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(
          startedAt,
          fc.array(step, { minLength: 20, maxLength: 60 }),
          async (starts, steps) => {
            time = createTime();
            id = `lease${ids++}`;
            const actors = starts.map((start) => ({
              ...startProcess(start),
              lease: null as Lease | null,
              term: 0,
            }));
            let terms = 0;
            let lastWritten = 0;
            for (const taken of steps) {
              if (taken.kind === 'advance') {
                time.advance(taken.ms);
                await settled();
              } else {
                const one = actors[taken.actor];
                if (one === undefined) continue;
                if (taken.kind === 'sleep') one.clock.sleeping = true;
                if (taken.kind === 'wake') {
                  one.clock.sleeping = false;
                  time.runDue();
                  await settled();
                }
                if (taken.kind === 'take' && one.lease === null) {
                  one.lease = await one.leases.tryAcquire(id);
                  if (one.lease !== null) one.term = ++terms;
                }
                if (taken.kind === 'release') {
                  await one.lease?.release();
                  one.lease = null;
                }
                if (taken.kind === 'write' && one.lease !== null) {
                  const written = await one.lease.graph.write([put(String(one.term))]).then(
                    () => true,
                    (error: unknown) => {
                      expect(error).toBeInstanceOf(LeaseLost);
                      return false;
                    },
                  );
                  if (written) {
                    expect(one.term).toBeGreaterThanOrEqual(lastWritten);
                    lastWritten = one.term;
                    // Nobody has taken it since: this was the latest holder.
                    expect(one.term).toBe(terms);
                  }
                }
              }
              expect(actors.filter(({ lease }) => lease?.held() === true).length).toBeLessThanOrEqual(1);
            }
            for (const { leases } of actors) await leases.close();
          },
        ),
        { numRuns: orders },
      );
    });
  });
