/** What `/metrics` tells of some measures, by their names; null where it tells that there is nothing to tell yet. */

import { Registry } from 'prom-client';
import { type Measure, registerMeasures } from '../platform/gauges.ts';

export async function toldMeasures(
  measures: readonly Measure[],
): Promise<Readonly<Record<string, number | null>>> {
  const registry = new Registry();
  registerMeasures(registry, measures);
  return measuresIn(await registry.metrics());
}

/** Those of Trellis in the text that Prometheus reads. */
export function measuresIn(text: string): Readonly<Record<string, number | null>> {
  const lines = [...text.matchAll(/^trellis_(\w+) (\S+)$/gm)];
  return Object.fromEntries(
    lines.map(([, name, value]) => [name, value === 'Nan' || value === 'NaN' ? null : Number(value)]),
  );
}
