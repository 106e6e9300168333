/**
 * Seals many small parts. A thread of its own does it for less than half of what it costs beside the event loop, where
 * each part goes to other threads and back several times; the first few are not worth its start.
 */

import { Problem } from '../errors.ts';
import type { Log } from '../log.ts';
import { startWorker, type WorkerClient } from '../worker-call.ts';
import type { DataKey } from './data-key.ts';
import { type SealedBytes, sealBytes } from './sealed-part.ts';

/** Parts that are sealed before the thread is started. */
const PARTS_WITHOUT = 48;

type SealerApi = { seal(plain: Uint8Array, key: DataKey): Promise<SealedBytes> };

export interface SealerOptions {
  readonly key: DataKey;
  readonly log: Log;
  readonly partsWithout?: number;
}

export interface Sealer {
  /** Also where the thread dies: what it had, and what comes, is sealed beside the event loop then. */
  seal(plain: Uint8Array): Promise<SealedBytes>;
  /** Ends the thread; what is being sealed rejects. Idempotent. */
  close(): Promise<void>;
}

export function createSealer({ key, log, partsWithout = PARTS_WITHOUT }: SealerOptions): Sealer {
  let thread: WorkerClient<SealerApi> | null = null;
  let [sealed, isClosed, isLost] = [0, false, false];
  const inThread = (plain: Uint8Array) => {
    thread ??= startWorker<SealerApi>(new URL('./sealer.worker.ts', import.meta.url));
    // A copy, which goes there for good: the plain part is what is left where the thread dies with it.
    const copy = new Uint8Array(plain);
    return thread.callWith([copy.buffer]).seal(copy, key);
  };
  const isDeath = (error: unknown) => !isClosed && error instanceof Problem && error.code === 'UNAVAILABLE';
  return {
    seal: async (plain) => {
      sealed += 1;
      if (isClosed || isLost || sealed <= partsWithout) return sealBytes(plain, key);
      try {
        return await inThread(plain);
      } catch (error) {
        if (!isDeath(error)) throw error;
        // Hours of a backup are not lost for it, and no other thread is started, which may die of the same.
        if (!isLost) log.warn({ error }, 'The thread that seals a backup has died; it goes on without.');
        isLost = true;
        return sealBytes(plain, key);
      }
    },
    close: async () => {
      isClosed = true;
      await thread?.terminate();
    },
  };
}
