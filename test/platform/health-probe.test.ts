import { describe, expect, test } from 'vitest';
import { probeHealth } from '../../platform/health-probe.ts';

const probe = (ping: () => Promise<unknown>) => probeHealth('graph', 'grafeo 0.6.0', ping, { timeoutMs: 20 });

describe('a probe', () => {
  test('reports what answers as UP, with the time it took', async () => {
    const report = await probe(async () => 1);
    expect(report).toEqual({
      name: 'graph',
      engine: 'grafeo 0.6.0',
      state: 'UP',
      latencyMs: expect.any(Number),
    });
  });

  test.each<readonly [string, () => Promise<unknown>]>([
    ['rejects', () => Promise.reject(new Error('broken pipe'))],
    [
      'throws',
      () => {
        throw new Error('broken pipe');
      },
    ],
  ])('reports what %s as DOWN, with what it said', async (_, ping) => {
    expect(await probe(ping)).toMatchObject({ state: 'DOWN', detail: 'broken pipe' });
  });

  test('reports what hangs as DOWN, in time', async () => {
    expect(await probe(() => new Promise(() => undefined))).toMatchObject({
      state: 'DOWN',
      detail: expect.stringMatching(/does not answer within 20 ms/),
    });
  });
});
