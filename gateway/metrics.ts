/** What Prometheus reads at `/metrics`. */

import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface GatewayMetrics {
  readonly registry: Registry;
  /** Called at the beginning of an operation; call what it gives at the end, with type and outcome. */
  begin(): (operation: string, outcome: string) => void;
}

/** Upper bounds in seconds. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createGatewayMetrics(): GatewayMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const operations = new Counter({
    name: 'trellis_operations_total',
    help: 'GraphQL operations by type and outcome: ok or the code of the first error.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'trellis_operation_duration_seconds',
    help: 'How long GraphQL operations took.',
    labelNames: ['operation'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  return {
    registry,
    begin: () => {
      const startedAt = performance.now();
      return (operation, outcome) => {
        operations.inc({ operation, outcome });
        duration.observe({ operation }, (performance.now() - startedAt) / 1_000);
      };
    },
  };
}
