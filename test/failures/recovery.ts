/** How long an engine was away for those who use it: from the first look that failed to the first good write. */

import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
/** An attempt without an answer after this, in ms, has failed. */
const ATTEMPT_MS_MAX = 1_000;
/** Only so that a drill does not hang: what an operator is promised. */
export const RECOVERY_MS_MAX = 300_000;

export interface Recovery {
  /** In ms, from the first attempt that failed to the first that succeeded behind it. */
  readonly awayMs: number;
  /** In ms, from `recoveryOf` was called: when something was noticed at all. */
  readonly noticedMs: number;
}

/** Attempts again and again, from before the engine is killed. Rejects where nothing ever fails, or it stays away. */
export async function recoveryOf(attempt: () => Promise<unknown>): Promise<Recovery> {
  const begunAt = performance.now();
  let failedAt: number | null = null;
  while (performance.now() - begunAt < RECOVERY_MS_MAX) {
    const at = performance.now();
    const isGood = await Promise.race([attempt().then(yes, no), delay(ATTEMPT_MS_MAX, false)]);
    if (!isGood) failedAt ??= at;
    if (isGood && failedAt !== null)
      return { awayMs: performance.now() - failedAt, noticedMs: failedAt - begunAt };
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(failedAt === null ? 'Nothing ever failed.' : 'It did not come back.');
}

function yes(): boolean {
  return true;
}

function no(): boolean {
  return false;
}

/** Printed for whoever runs the drill: the figures are no assertion. */
export function tellRecovery(what: string, figures: Readonly<Record<string, number>>): void {
  const told = Object.entries(figures).map(([name, ms]) => `${name} ${(ms / 1_000).toFixed(2)} s`);
  process.stdout.write(`\n${what}: ${told.join(', ')}\n`);
}
