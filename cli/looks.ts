/** How often a command looks at what a server does for it: soon at first, since much is quickly done, then more seldom. */

import { setTimeout as delay } from 'node:timers/promises';

/** How long the first pause is, how much longer each is than the one before, and the longest, in ms. */
const FIRST_MS = 50;
const GROWTH = 1.5;
const LONGEST_MS = 500;

/** What it gives waits until the next look is due; it rejects as soon as `signal` is aborted. */
export function createLooks(signal: AbortSignal): () => Promise<void> {
  let pauseMs = FIRST_MS;
  return async () => {
    await delay(pauseMs, undefined, { signal });
    pauseMs = Math.min(pauseMs * GROWTH, LONGEST_MS);
  };
}
