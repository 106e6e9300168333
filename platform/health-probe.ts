/** How an engine is asked whether it lives: one trivial call, timed and bounded. */

import { startDeadline } from './deadline.ts';
import type { HealthReport } from './health.ts';
import { untilAborted } from './until-aborted.ts';

/** What has not answered a trivial call after this, in ms, does not work. */
const PING_MS_MAX = 2_000;

/** Runs `ping` and reports; never rejects, and never takes longer than `timeoutMs`. */
export async function probeHealth(
  name: string,
  engine: string,
  ping: () => Promise<unknown>,
  { timeoutMs = PING_MS_MAX }: { readonly timeoutMs?: number } = {},
): Promise<HealthReport> {
  const deadline = startDeadline(timeoutMs);
  const startedAt = performance.now();
  const latencyMs = () => Math.round((performance.now() - startedAt) * 100) / 100;
  try {
    await untilAborted(ping(), deadline.signal);
    return { name, engine, state: 'UP', latencyMs: latencyMs() };
  } catch (error) {
    const detail = deadline.signal.aborted
      ? `It does not answer within ${timeoutMs} ms. It is overloaded or hangs: look at its log, or restart it.`
      : messageOf(error);
    return { name, engine, state: 'DOWN', latencyMs: latencyMs(), detail };
  } finally {
    deadline.release();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
