/** A backup each time it has changed, for whoever watches it, whichever process makes it. */

import type { EventEmitter } from 'node:events';
import type { Backup } from '../../model/backup.ts';
import { pause } from '../../platform/pause.ts';

interface Watching {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly get: (id: string, signal: AbortSignal) => Promise<Backup>;
  readonly emitter: EventEmitter;
  readonly lookEveryMs: number;
}

/** Looks when something changed here, and from time to time, since another process may be making it. */
export async function* watchBackup({
  id,
  signal,
  get,
  emitter,
  lookEveryMs,
}: Watching): AsyncGenerator<Backup> {
  let said = '';
  while (!signal.aborted) {
    const waiting = new AbortController();
    const wake = () => waiting.abort();
    emitter.once(id, wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      const backup = await get(id, signal);
      const text = JSON.stringify(backup);
      if (text !== said) yield backup;
      said = text;
      if (backup.state !== 'RUNNING' && backup.progress === null) return;
      await pause(lookEveryMs, waiting.signal);
    } finally {
      emitter.off(id, wake);
      signal.removeEventListener('abort', wake);
    }
  }
}
