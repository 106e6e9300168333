/** What Prometheus reads at `/metrics`. No label holds a name that a client chose, or a tenant. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface GatewayMetrics {
  readonly registry: Registry;
  /** Called at the beginning of an operation; call what it gives at the end, with type and outcome. */
  begin(): (operation: string, outcome: string) => void;
  /** How many live streams there are, asked when the metrics are read. */
  watchStreams(count: () => number): void;
}

/** Upper bounds in seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

export function createGatewayMetrics(): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  // Among them the event loop's lag, as `nodejs_eventloop_lag_*`.
  collectDefaultMetrics({ register: registry });
  const operations = new Counter({
    name: 'trellis_operations_total',
    help: 'GraphQL operations by type and outcome: ok, partial, or the code of the first error.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'trellis_operation_duration_seconds',
    help: 'How long GraphQL operations took, by type and outcome.',
    labelNames: ['operation', 'outcome'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  return {
    registry,
    begin: () => {
      const startedAt = performance.now();
      return (operation, outcome) => {
        operations.inc({ operation, outcome });
        duration.observe({ operation, outcome }, (performance.now() - startedAt) / 1_000);
      };
    },
    watchStreams: (count) => {
      new Gauge({
        name: 'trellis_live_streams',
        help: 'Subscriptions that are open.',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
  };
}
