/** The parts that live in other processes, as far as the configuration names them, asked how they are. */

import type { HealthProbe, HealthReport } from '../platform/health.ts';
import { createPartProbe } from '../platform/http/part-probe.ts';
import { type Part, type PartName, type PartUrls, SUBGRAPH_NAMES } from '../platform/part.ts';

export interface PartProbes extends Part {
  readonly all: readonly HealthProbe[];
  /** Those that a gateway calls. */
  subgraphs(): Promise<readonly HealthReport[]>;
}

export function createPartProbes(urls: PartUrls, here: ReadonlySet<PartName>): PartProbes {
  const probes = [...urls]
    .filter(([name]) => !here.has(name))
    .map(([name, url]) => ({ name, probe: createPartProbe({ name, url }) }));
  const ofSubgraphs = probes.filter(({ name }) => (SUBGRAPH_NAMES as readonly string[]).includes(name));
  return {
    name: 'probes',
    all: probes.map(({ probe }) => probe),
    subgraphs: () => Promise.all(ofSubgraphs.map(({ probe }) => probe.health())),
    start: async () => undefined,
    close: async () => {
      await Promise.all(probes.map(({ probe }) => probe.close()));
    },
  };
}
