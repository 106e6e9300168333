/** What every queue guarantees, whatever is behind it. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Consumer, Queue, TurnOptions, TurnResult } from '../../platform/queue/queue.ts';

export interface QueueHarness {
  /** An empty queue, open. */
  readonly queue: Queue;
  /** Another one on the same list, as another process has it; the same where there is but one process. */
  readonly other: Queue;
  close(): Promise<void>;
}

/** Polls until the expectation holds. */
const eventually = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: 20_000, interval: 10 });

/** Work whose turns end when the test says so. */
function heldWork() {
  const begun: string[] = [];
  const ends: ((result: TurnResult) => void)[] = [];
  const work = (id: string, { signal }: TurnOptions) =>
    new Promise<TurnResult>((resolve) => {
      begun.push(id);
      ends.push(resolve);
      signal.addEventListener('abort', () => resolve('again'));
    });
  return { begun, ends, work };
}

export function describeQueue(engine: string, setUp: () => Promise<QueueHarness>): void {
  describe(`a queue ${engine}`, () => {
    let harness: QueueHarness;
    let queue: Queue;
    const consumers: Consumer[] = [];
    const consume = (
      ...[work, options = { turnsAtOnce: 1 }, from = queue]: [
        Parameters<Queue['consume']>[0],
        { turnsAtOnce: number }?,
        Queue?,
      ]
    ) => {
      const consumer = from.consume(work, options);
      consumers.push(consumer);
      return consumer;
    };
    beforeEach(async () => {
      harness = await setUp();
      queue = harness.queue;
    });
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
      await harness.close();
    });

    test('gives each id its turn, in the order in which they came', async () => {
      const begun: string[] = [];
      await queue.push(['a', 'b']);
      await queue.push(['c']);
      consume(async (id) => {
        begun.push(id);
        return 'done';
      });
      await eventually(() => expect(begun).toEqual(['a', 'b', 'c']));
    });

    test('wakes a consumer that waits', async () => {
      const begun: string[] = [];
      consume(async (id) => {
        begun.push(id);
        return 'done';
      });
      await queue.push(['late']);
      await eventually(() => expect(begun).toEqual(['late']));
    });

    test('keeps an id once, whether it waits or has its turn, and takes it again when it is done', async () => {
      const { begun, ends, work } = heldWork();
      await queue.push(['a']);
      await queue.push(['a', 'b']);
      consume(work);
      await eventually(() => expect(begun).toEqual(['a']));
      await queue.push(['a']);
      ends[0]?.('done');
      await eventually(() => expect(begun).toEqual(['a', 'b']));
      await queue.push(['a']);
      ends[1]?.('done');
      await eventually(() => expect(begun).toEqual(['a', 'b', 'a']));
    });

    test('puts what wants another turn behind the others', async () => {
      const begun: string[] = [];
      await queue.push(['long', 'b', 'c']);
      consume(async (id) => {
        begun.push(id);
        return id === 'long' && begun.filter((other) => other === id).length < 3 ? 'again' : 'done';
      });
      await eventually(() => expect(begun).toHaveLength(5));
      expect(begun.slice(0, 3)).toEqual(['long', 'b', 'c']);
    });

    test('says whether others wait', async () => {
      const said: boolean[] = [];
      await queue.push(['a', 'b']);
      consume(async (_, { othersWait }) => {
        said.push(await othersWait());
        return 'done';
      });
      await eventually(() => expect(said).toEqual([true, false]));
    });

    test('gives work that failed another turn', async () => {
      let turns = 0;
      await queue.push(['a']);
      consume(async () => {
        turns += 1;
        if (turns < 3) throw new Error('not yet');
        return 'done';
      });
      await eventually(() => expect(turns).toBe(3));
    });

    test('runs as many turns side by side as it is told to, and no more', async () => {
      const { begun, ends, work } = heldWork();
      await queue.push(['a', 'b', 'c']);
      consume(work, { turnsAtOnce: 2 });
      await eventually(() => expect(begun).toHaveLength(2));
      ends[0]?.('done');
      await eventually(() => expect(begun).toHaveLength(3));
      for (const end of ends) end('done');
    });

    test('never gives one id two turns at once, whoever works', async () => {
      const open = new Map<string, number>();
      const overlaps: string[] = [];
      const turns = new Map<string, number>();
      const work = async (id: string): Promise<TurnResult> => {
        open.set(id, (open.get(id) ?? 0) + 1);
        if ((open.get(id) ?? 0) > 1) overlaps.push(id);
        await new Promise((resolve) => setImmediate(resolve));
        open.set(id, (open.get(id) ?? 0) - 1);
        turns.set(id, (turns.get(id) ?? 0) + 1);
        return (turns.get(id) ?? 0) < 4 ? 'again' : 'done';
      };
      const ids = Array.from({ length: 12 }, (_, at) => `id${at}`);
      consume(work, { turnsAtOnce: 3 });
      consume(work, { turnsAtOnce: 3 }, harness.other);
      await Promise.all(ids.map((id) => queue.push([id, ...ids])));
      await eventually(() => {
        for (const id of ids) expect(turns.get(id)).toBeGreaterThanOrEqual(4);
      });
      expect(overlaps).toEqual([]);
    });

    test('a consumer that closes ends its turns and hands their work back to the others', async () => {
      const first = heldWork();
      await queue.push(['a']);
      const consumer = consume(first.work);
      await eventually(() => expect(first.begun).toEqual(['a']));
      await consumer.close();
      const second = heldWork();
      consume(second.work, { turnsAtOnce: 1 }, harness.other);
      await eventually(() => expect(second.begun).toEqual(['a']));
      second.ends[0]?.('done');
    });

    test('takes nothing more once its consumer is closed', async () => {
      const { begun, work } = heldWork();
      await consume(work).close();
      await queue.push(['a']);
      const other = heldWork();
      consume(other.work);
      await eventually(() => expect(other.begun).toEqual(['a']));
      expect(begun).toEqual([]);
      other.ends[0]?.('done');
    });

    test('closes, however often', async () => {
      await queue.close();
      await queue.close();
    });
  });
}
