import { expect, test } from 'vitest';
import { asSeenByGateway } from '../../parts/gateway.ts';
import type { HealthState } from '../../platform/health.ts';

const reports = (...states: readonly HealthState[]) =>
  states.map((state, at) => ({ name: `part${at}`, engine: 'http://part', state, latencyMs: 1 }));

test.each<[string, readonly HealthState[], readonly HealthState[]]>([
  ['all of its subgraphs', ['UP', 'UP'], ['UP', 'UP']],
  ['some of them is degraded, and stays ready', ['UP', 'DOWN', 'DOWN'], ['UP', 'DEGRADED', 'DEGRADED']],
  ['one that is itself degraded', ['DEGRADED', 'DOWN'], ['DEGRADED', 'DEGRADED']],
  ['none of them is down', ['DOWN', 'DOWN'], ['DOWN', 'DOWN']],
  ['no other process, as all are in its own', [], []],
])('a gateway that reaches %s', (_, given, seen) => {
  expect(asSeenByGateway(reports(...given)).map(({ state }) => state)).toEqual(seen);
});
