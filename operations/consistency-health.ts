/** Whether the stores agreed when they were last checked, as `health` and `/health/ready` tell it. */

import { type ConsistencyCheck, faultsLeft, isMendableLeft } from '../model/consistency.ts';
import type { HealthProbe, HealthReport } from '../platform/health.ts';
import { probeHealth } from '../platform/health-probe.ts';

export function createConsistencyHealth(checks: {
  last(tenant: null): Promise<ConsistencyCheck | null>;
}): HealthProbe {
  return {
    health: async (): Promise<HealthReport> => {
      let last: ConsistencyCheck | null = null;
      const report = await probeHealth('consistency', 'not checked yet', async () => {
        last = await checks.last(null);
      });
      return { ...report, ...(last === null ? {} : told(last)) };
    },
  };
}

/** As long as a check is under way, what the one before it found is not known any more. */
function told(check: ConsistencyCheck): Pick<HealthReport, 'engine'> & Partial<HealthReport> {
  const { state, problem, finishedAt, requestedAt } = check;
  const left = faultsLeft(check);
  const engine = `${state === 'DONE' ? 'checked' : state.toLowerCase()} ${finishedAt ?? requestedAt}`;
  if (state === 'FAILED')
    return { engine, state: 'DEGRADED', detail: `The last check of the stores was broken off: ${problem}` };
  if (left === 0) return { engine };
  const way = isMendableLeft(check)
    ? 'See "trellis doctor", and mend with "trellis doctor --repair".'
    : 'A repair cannot help; "trellis doctor" says what to do.';
  const detail = `${left} ${left === 1 ? 'fault' : 'faults'} found, ${finishedAt ?? requestedAt}. ${way}`;
  return { engine, state: 'DEGRADED', detail };
}
