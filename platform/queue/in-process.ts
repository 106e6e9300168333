/** The queue of one process: a list in memory, taken from the front. */

import type { ConsumeOptions, Consumer, Queue, TurnResult, Work } from './queue.ts';

/** How long work that failed waits for its next turn, in ms. */
const RETRY_AFTER_MS = 1_000;

export interface InProcessQueueOptions {
  readonly retryAfterMs?: number;
}

export function createInProcessQueue({ retryAfterMs = RETRY_AFTER_MS }: InProcessQueueOptions = {}): Queue {
  const waiting: string[] = [];
  /** Ids that wait, have their turn, or failed and will have another. */
  const known = new Set<string>();
  const consumers = new Set<InProcessConsumer>();
  const wakeAll = () => {
    for (const consumer of consumers) consumer.wake();
  };
  const putBack = (id: string) => {
    waiting.push(id);
    wakeAll();
  };
  const settle = (id: string, result: TurnResult | 'failed') => {
    if (result === 'again') putBack(id);
    else if (result === 'failed') setTimeout(putBack, retryAfterMs, id).unref();
    else known.delete(id);
  };

  return {
    engine: 'in process',
    open: () => undefined,
    push: async (ids) => {
      for (const id of ids) {
        if (known.has(id)) continue;
        known.add(id);
        waiting.push(id);
      }
      wakeAll();
    },
    consume: (work, options) => {
      const consumer = createConsumer(work, options, {
        take: () => waiting.shift(),
        othersWait: () => waiting.length > 0,
        settle,
      });
      consumers.add(consumer);
      consumer.wake();
      return { close: () => consumer.close().finally(() => consumers.delete(consumer)) };
    },
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      waiting.length = 0;
      known.clear();
    },
  };
}

interface InProcessConsumer extends Consumer {
  wake(): void;
}

function createConsumer(
  work: Work,
  { turnsAtOnce }: ConsumeOptions,
  list: {
    readonly take: () => string | undefined;
    readonly othersWait: () => boolean;
    readonly settle: (id: string, result: TurnResult | 'failed') => void;
  },
): InProcessConsumer {
  const stopping = new AbortController();
  const turns = new Set<Promise<void>>();
  const options = { signal: stopping.signal, othersWait: async () => list.othersWait() };

  const runTurn = async (id: string) => {
    const result = await work(id, options).catch(() => 'failed' as const);
    list.settle(id, result);
  };
  const wake = () => {
    while (!stopping.signal.aborted && turns.size < turnsAtOnce) {
      const id = list.take();
      if (id === undefined) return;
      const turn = runTurn(id).finally(() => {
        turns.delete(turn);
        wake();
      });
      turns.add(turn);
    }
  };
  return {
    wake,
    close: async () => {
      stopping.abort();
      await Promise.all(turns);
    },
  };
}
