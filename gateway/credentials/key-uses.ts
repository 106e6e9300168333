/** When API keys were last used: gathered here, told in batches. A crash loses what was not told yet. */

import type { Log } from '../../platform/log.ts';
import type { KeySource } from './key-source.ts';

/** How often it is told, in ms. */
const TELL_EVERY_MS = 30_000;
/** Keys told of at once. */
const TOLD_MAX = 1_000;

export interface KeyUses {
  note(id: string): void;
  /** Tells what is left. */
  close(): Promise<void>;
}

export function createKeyUses({ source, log }: { readonly source: KeySource; readonly log: Log }): KeyUses {
  let gathered = new Map<string, string>();
  const tell = async (): Promise<void> => {
    const uses = [...gathered].map(([id, at]) => ({ id, at }));
    gathered = new Map();
    for (let at = 0; at < uses.length; at += TOLD_MAX) await source.noteUses(uses.slice(at, at + TOLD_MAX));
  };
  const tellQuietly = () =>
    tell().catch((error: unknown) => {
      log.warn({ error }, 'When API keys were last used could not be noted.');
    });
  const timer = setInterval(() => void tellQuietly(), TELL_EVERY_MS).unref();
  return {
    note: (id) => void gathered.set(id, new Date().toISOString()),
    close: async () => {
      clearInterval(timer);
      await tellQuietly();
    },
  };
}
