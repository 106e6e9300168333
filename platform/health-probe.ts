/** How an engine is asked whether it lives: one trivial call, timed. */

import type { HealthReport } from './health.ts';

/** Runs `ping` and reports; never rejects. */
export async function probeHealth(
  name: string,
  engine: string,
  ping: () => Promise<unknown>,
): Promise<HealthReport> {
  const startedAt = performance.now();
  const latencyMs = () => Math.round((performance.now() - startedAt) * 100) / 100;
  try {
    await ping();
    return { name, engine, state: 'UP', latencyMs: latencyMs() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, engine, state: 'DOWN', latencyMs: latencyMs(), detail };
  }
}
