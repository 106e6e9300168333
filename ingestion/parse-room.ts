/**
 * How much a worker reads and holds at once: what was found in a document lies in memory, in many times its size, from
 * when it is parsed until it is written, and several jobs are under way side by side.
 */

import { Semaphore } from 'async-mutex';
import type { MediaType } from '../text/parser.ts';

/** Two full batches of small documents, or one large document. */
const BYTES_AT_ONCE_MAX = 8_000_000;
/** The library looks through its units one by one. */
const UNIT_BYTES = 1_000;
/** Of a format that is packed there may be that many times as much text as there are bytes. */
const PACKED_TIMES = 4;
const PACKED: readonly MediaType[] = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
];

/** A batch's place in the room. */
export interface ParsePlace {
  /** Waits until there is room for so much; who needs more than there is waits for all of it. Once is enough. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
  /** Gives it back, also while it is waited for. Idempotent. */
  leave(): void;
}

export interface ParseRoom {
  place(): ParsePlace;
}

export function createParseRoom(bytesMax = BYTES_AT_ONCE_MAX): ParseRoom {
  const units = Math.ceil(bytesMax / UNIT_BYTES);
  const room = new Semaphore(units);
  return {
    place: () => {
      let taken: Promise<() => void> | null = null;
      let isLeft = false;
      const acquire = async (bytes: number) => {
        const wanted = Math.min(units, Math.max(1, Math.ceil(bytes / UNIT_BYTES)));
        const [, giveBack] = await room.acquire(wanted);
        if (isLeft) giveBack();
        return giveBack;
      };
      return {
        take: async (bytes, signal) => {
          taken ??= acquire(bytes);
          await taken;
          signal.throwIfAborted();
        },
        leave: () => {
          isLeft = true;
          void taken?.then((giveBack) => giveBack());
        },
      };
    },
  };
}

/** What a document takes up, as far as its bytes tell. */
export function roomFor(mediaType: string, bytes: number): number {
  return PACKED.some((packed) => packed === mediaType) ? bytes * PACKED_TIMES : bytes;
}
