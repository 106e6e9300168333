/** Numbers that are asked for when `/metrics` is read, told by whoever knows them without knowing who reads. */

import { Counter, Gauge, type Registry } from 'prom-client';

export interface Measure {
  /** `trellis_…`, with its unit at the end. */
  readonly name: string;
  readonly help: string;
  /** A `counter` only ever grows, until the process ends. */
  readonly kind: 'gauge' | 'counter';
  /** Must not reject, nor take long: all metrics wait for it. Null where there is nothing to tell yet. */
  read(): Promise<number | null> | number | null;
}

export function registerMeasures(registry: Registry, measures: readonly Measure[]): void {
  for (const measure of measures) register(registry, measure);
}

function register(registry: Registry, { name, help, kind, read }: Measure): void {
  const registers = [registry];
  if (kind === 'gauge') {
    new Gauge({
      ...{ name, help, registers },
      async collect() {
        this.set((await read()) ?? Number.NaN);
      },
    });
    return;
  }
  new Counter({
    ...{ name, help, registers },
    async collect() {
      this.reset();
      this.inc((await read()) ?? 0);
    },
  });
}
