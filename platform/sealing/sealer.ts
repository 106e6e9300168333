/**
 * Seals many small parts. A thread of its own does it for less than half of what it costs beside the event loop, where
 * each part goes to other threads and back several times; the first few are not worth its start.
 */

import { startWorker, type WorkerClient } from '../worker-call.ts';
import type { DataKey } from './data-key.ts';
import { type SealedBytes, sealBytes } from './sealed-part.ts';

/** Parts that are sealed before the thread is started. */
const PARTS_WITHOUT = 48;

type SealerApi = { seal(plain: Uint8Array, key: DataKey): Promise<SealedBytes> };

export interface Sealer {
  seal(plain: Uint8Array): Promise<SealedBytes>;
  /** Ends the thread; what is being sealed rejects. Idempotent. */
  close(): Promise<void>;
}

export function createSealer(key: DataKey, partsWithout = PARTS_WITHOUT): Sealer {
  let thread: WorkerClient<SealerApi> | null = null;
  let [sealed, isClosed] = [0, false];
  return {
    seal: (plain) => {
      sealed += 1;
      if (isClosed || sealed <= partsWithout) return sealBytes(plain, key);
      thread ??= startWorker<SealerApi>(new URL('./sealer.worker.ts', import.meta.url));
      // Of its own memory, and no more: the memory of a view is sent along.
      return thread.call.seal(new Uint8Array(plain), key);
    },
    close: async () => {
      isClosed = true;
      await thread?.terminate();
    },
  };
}
