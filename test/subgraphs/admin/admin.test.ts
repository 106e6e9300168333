import { beforeAll, describe, expect, test } from 'vitest';
import { createSystemHealth } from '../../../operations/system-health.ts';
import type { TokenAuthority } from '../../../platform/auth/token-authority.ts';
import type { HealthProbe, HealthReport, HealthState } from '../../../platform/health.ts';
import { adminSubgraph } from '../../../subgraphs/admin/index.ts';
import { callerOf, noReembeddings, openAuthority } from '../harness.ts';

const HEALTH = '{ health { state version components { name engine state latencyMs detail } } }';

let authority: TokenAuthority;
beforeAll(async () => {
  authority = await openAuthority();
});

const admin = (...probes: readonly HealthProbe[]) =>
  callerOf(
    authority,
    adminSubgraph({ health: createSystemHealth({ version: '1.2.3', probes }), reembeddings: noReembeddings }),
  );

const probe = (name: string, state: HealthState, detail?: string): HealthProbe => ({
  health: async (): Promise<HealthReport> => ({
    name,
    engine: `${name} 1.0 (embedded)`,
    state,
    latencyMs: 0.25,
    ...(detail === undefined ? {} : { detail }),
  }),
});

describe('health', () => {
  test('tells each component as it is, in order', async () => {
    const { ask } = admin(probe('graph', 'UP'), probe('vectors', 'DOWN', 'It does not answer. Restart it.'));
    expect(await ask(HEALTH, ['admin:read'])).toEqual({
      data: {
        health: {
          state: 'DOWN',
          version: '1.2.3',
          components: [
            { name: 'graph', engine: 'graph 1.0 (embedded)', state: 'UP', latencyMs: 0.25, detail: null },
            {
              name: 'vectors',
              engine: 'vectors 1.0 (embedded)',
              state: 'DOWN',
              latencyMs: 0.25,
              detail: 'It does not answer. Restart it.',
            },
          ],
        },
      },
    });
  });

  test.each<readonly [HealthState, readonly HealthState[]]>([
    ['UP', []],
    ['UP', ['UP', 'UP']],
    ['DEGRADED', ['UP', 'DEGRADED']],
    ['DOWN', ['DOWN', 'DEGRADED', 'UP']],
  ])('is %s when its components are %j', async (state, states) => {
    const { ask } = admin(...states.map((each, at) => probe(`part-${at}`, each)));
    expect((await ask('{ health { state } }', ['admin:read'])).data).toEqual({ health: { state } });
  });

  test('asks all at once', async () => {
    const asked: string[] = [];
    const all = Promise.withResolvers<void>();
    const waiting = (name: string): HealthProbe => ({
      health: async () => {
        asked.push(name);
        if (asked.length === 2) all.resolve();
        await all.promise;
        return probe(name, 'UP').health();
      },
    });
    const { ask } = admin(waiting('graph'), waiting('vectors'));
    expect((await ask('{ health { state } }', ['admin:read'])).data).toEqual({ health: { state: 'UP' } });
  });

  test('needs admin:read', async () => {
    const { codes } = admin();
    expect(await codes(HEALTH, ['admin:users', 'documents:read'])).toEqual(['health: FORBIDDEN']);
    expect(await codes(HEALTH, ['admin:*'])).toEqual([]);
  });
});

describe('viewer', () => {
  test('says who the token is for, to any valid token', async () => {
    const { ask } = admin();
    expect((await ask('{ viewer { subject tenant scopes } }', ['graph:read', 'admin:*'])).data).toEqual({
      viewer: { subject: 'ada', tenant: 'acme', scopes: ['graph:read', 'admin:*'] },
    });
    expect((await ask('{ viewer { scopes } }', [])).data).toEqual({ viewer: { scopes: [] } });
  });
});
