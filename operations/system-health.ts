/** The state of the whole: every engine and part asked at once, the worst of them told first. */

import { type HealthProbe, type HealthReport, type HealthState, worstOf } from '../platform/health.ts';

export interface SystemHealthReport {
  readonly state: HealthState;
  readonly version: string;
  readonly components: readonly HealthReport[];
}

export interface SystemHealth {
  /** Never rejects: what does not answer is reported as `DOWN`. */
  report(): Promise<SystemHealthReport>;
}

export function createSystemHealth(options: {
  readonly version: string;
  readonly probes: readonly HealthProbe[];
}): SystemHealth {
  return {
    report: async () => {
      const components = await Promise.all(options.probes.map((probe) => probe.health()));
      return { state: worstOf(components), version: options.version, components };
    },
  };
}
