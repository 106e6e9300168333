/** Which namespace a process opens, and that it hears of another. */

import { expect, test, vi } from 'vitest';
import { createServing, servedNamespace } from '../../parts/serving.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import type { PartName } from '../../platform/part.ts';
import { ALL_PARTS } from '../../platform/placement.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { serve } from '../../stores/graph/statements/serving.ts';
import { boltStore, emptyGraph } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';

const log = createLog({ level: 'silent' });
const NOBODY = 'bolt://127.0.0.1:9';
const STANDBY = {
  TRELLIS_REDIS_URL: 'redis://127.0.0.1:9',
  TRELLIS_GRAPH_STANDBY_URL: 'bolt://127.0.0.2:9',
  TRELLIS_GRAPH_STANDBY_USER: 'neo4j',
  TRELLIS_GRAPH_STANDBY_PASSWORD: 'secret',
};

const settingsOf = ({ url = NOBODY, user = 'neo4j', password = 'secret' } = {}) => ({
  ...{ TRELLIS_GRAPH: 'bolt', TRELLIS_GRAPH_URL: url },
  ...{ TRELLIS_GRAPH_USER: user, TRELLIS_GRAPH_PASSWORD: password },
});
const servingOf = (
  settings: Readonly<Record<string, string>>,
  given: { readonly parts?: ReadonlySet<PartName>; readonly onLook?: () => void } = {},
) => {
  const { parts = ALL_PARTS, onLook = () => undefined } = given;
  const config = readConfig(settings);
  return createServing(config, { parts, secrets: fixedSecrets(config), log, onLook });
};

test('an embedded graph, and a process that has no part that uses it, have nobody to ask', async () => {
  for (const serving of [servingOf({}), servingOf(settingsOf(), { parts: new Set(['gateway']) })]) {
    await serving.start();
    expect(serving.namespace()).toBe('');
    await serving.close();
  }
});

test('a first server that is lost keeps nobody from starting beside its standby', async () => {
  const serving = servingOf({ ...settingsOf(), ...STANDBY });
  await serving.start();
  expect(serving.namespace()).toBe('');
  await serving.close();
  const alone = servingOf(settingsOf());
  await expect(alone.start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await alone.close();
});

describeOnNeo4j('what a graph server serves', (server) => {
  test('is known at a start and followed from then on; a standby beside a restore is refused', async () => {
    await emptyGraph(server());
    const plain = boltStore(server());
    await plain.open();
    const onLook = vi.fn();
    const settings = settingsOf(server());
    const serving = servingOf(settings, { onLook });
    await serving.start();
    expect(serving.namespace()).toBe('');
    await plain.write([serve({ namespace: 'r1', previous: '', restore: 'a', at: '2026-01-02T03:04:05Z' })]);
    serving.look();
    await vi.waitFor(() => expect(serving.namespace()).toBe('r1'), { timeout: 60_000 });
    expect(onLook).toHaveBeenCalled();
    await serving.close();

    const config = readConfig(settings);
    expect(await servedNamespace(config, { secrets: fixedSecrets(config), log })).toBe('r1');
    const beside = servingOf({ ...settings, ...STANDBY });
    await expect(beside.start()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('trellis move'),
    });
    await beside.close();
    await plain.close();
  });
});
