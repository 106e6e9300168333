/** What an engine or a part says about itself, for `health`, `/health/ready` and the start banner. */

export type HealthState = 'UP' | 'DEGRADED' | 'DOWN';

export interface HealthReport {
  /** Stable name: `graph`, `vectors`, `content`, `worker`, … */
  readonly name: string;
  /** The product behind it: `grafeo 0.6.0 (embedded)`, `Qdrant 1.19.0`, … */
  readonly engine: string;
  readonly state: HealthState;
  /** Round trip of the probe in ms. */
  readonly latencyMs: number;
  /** What is wrong and what to do, when `state` is not `UP`. */
  readonly detail?: string;
}

/** Anything whose state can be asked. Never rejects: a failure is a report. */
export interface HealthProbe {
  health(): Promise<HealthReport>;
}

/** From best to worst. */
const STATES: readonly HealthState[] = ['UP', 'DEGRADED', 'DOWN'];

/** The state of a whole is that of its worst component. */
export function worstOf(reports: readonly Pick<HealthReport, 'state'>[]): HealthState {
  const worst = Math.max(0, ...reports.map(({ state }) => STATES.indexOf(state)));
  return STATES[worst] ?? 'DOWN';
}
