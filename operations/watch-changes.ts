/** Something that changes here or in another process, told each time that it has, until it is over. */

import type { EventEmitter } from 'node:events';
import { pause } from '../platform/pause.ts';

export interface Watching<Value> {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly get: (id: string, signal: AbortSignal) => Promise<Value>;
  /** Emits the id whenever it changed in this process. */
  readonly emitter: EventEmitter;
  readonly lookEveryMs: number;
  readonly isOver: (value: Value) => boolean;
}

/** Looks when something changed here, and from time to time, since another process may be at it. */
export async function* watchChanges<Value>(watching: Watching<Value>): AsyncGenerator<Value> {
  const { id, signal, get, emitter, lookEveryMs, isOver } = watching;
  let said = '';
  while (!signal.aborted) {
    const waiting = new AbortController();
    const wake = () => waiting.abort();
    emitter.once(id, wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      const value = await get(id, signal);
      const text = JSON.stringify(value);
      if (text !== said) yield value;
      said = text;
      if (isOver(value)) return;
      await pause(lookEveryMs, waiting.signal);
    } finally {
      emitter.off(id, wake);
      signal.removeEventListener('abort', wake);
    }
  }
}
