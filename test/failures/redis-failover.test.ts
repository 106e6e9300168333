/** The master of a Redis behind Sentinels is killed under load: another one is used, and nothing acknowledged is lost. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { openConnection } from '../../platform/redis/connection.ts';
import { createRedis } from '../../platform/redis/redis.ts';
import { createSentinels } from '../../platform/redis/sentinels.ts';
import { type Scenario, startScenario } from '../scenarios/harness.ts';
import { redisMissing } from '../servers/redis.ts';
import { type ReplicatedRedis, startReplicatedRedis } from '../servers/sentinels.ts';
import { UNLIMITED } from '../unlimited.ts';
import { type Load, startLoad } from './load.ts';
import { RECOVERY_MS_MAX, recoveryOf, tellRecovery } from './recovery.ts';

const DOWN_AFTER_MS = 1_000;
const USERS = 3;
/** What shows that work goes on. */
const ENOUGH = 10;
const POLL = { timeout: 60_000, interval: 100 };
/** More than the load spends. */
const POINTS = 1_000_000;

describe.skipIf(redisMissing !== null)('the master of Redis killed under load', { timeout: 400_000 }, () => {
  let servers: ReplicatedRedis;
  let trellis: Scenario;
  let load: Load;
  beforeAll(async () => {
    servers = await startReplicatedRedis({ downAfterMs: DOWN_AFTER_MS });
    trellis = await startScenario({
      settings: {
        TRELLIS_REDIS_URL: 'redis://behind-sentinels',
        TRELLIS_REDIS_SENTINELS: servers.sentinels.map(({ host, port }) => `${host}:${port}`).join(','),
        TRELLIS_REDIS_SENTINEL_NAME: servers.name,
        ...UNLIMITED,
        TRELLIS_USER_POINTS_PER_MINUTE: String(POINTS),
      },
    });
    load = startLoad({ url: trellis.app.url(), token: await trellis.token(), users: USERS });
  }, 120_000);
  afterAll(async () => {
    await load?.stop();
    await trellis?.close();
    await servers?.close();
  }, 60_000);

  const redisHealth = async () => {
    const { data } = await trellis.run('{ health { components { name state detail engine } } }');
    return data.health.components.find(({ name }: { readonly name: string }) => name === 'redis');
  };
  /** What a caller is told of the limits, and so whether somebody counts. */
  const pointsLeft = async (): Promise<number> => {
    const response = await fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await trellis.token()}` },
      body: JSON.stringify({ query: '{ search(query: "lovelace", first: 1) { hits { rank } } }' }),
    });
    return Number(/;r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
  };
  const goesOn = async () => {
    const from = performance.now();
    const served = () => load.outcomes.filter(({ begunAt, failure }) => begunAt > from && failure === null);
    await load.until(() => served().length >= ENOUGH);
  };

  test('another takes its place, work goes on, and no job is stuck', async () => {
    await expect.poll(async () => (await redisHealth()).state, POLL).toBe('UP');
    await goesOn();
    const master = await servers.master();
    const writer = openWriter(servers);
    await expect.poll(() => writer.write().then(Boolean, () => false), POLL).toBe(true);
    const recovery = recoveryOf(writer.write);
    recovery.catch(() => undefined);

    const killedAt = performance.now();
    await master.kill();
    await expect.poll(async () => (await redisHealth()).state, POLL).toBe('DEGRADED');
    // Without Redis a call is answered by the graph, and limits are counted here.
    await goesOn();
    expect(await pointsLeft()).toBeLessThan(POINTS);
    const { awayMs, noticedMs } = await recovery.finally(() => writer.close());
    const { data } = await load.ask(
      `mutation { ingestDocuments(input: { collection: "load", documents: [{ key: "after", content: "Ada wrote after it." }] }) { job { id } } }`,
    );
    await trellis.jobDone(data.ingestDocuments.job.id);
    tellRecovery('Redis, its master killed', {
      'first failed probe to first good write': awayMs,
      'kill to first failed probe': noticedMs,
      'kill to a new job done': performance.now() - killedAt,
    });
    expect(awayMs).toBeLessThan(RECOVERY_MS_MAX);
    const after = await servers.master();
    expect(after.port).not.toBe(master.port);
    expect((await redisHealth()).engine).toContain(`master 127.0.0.1:${after.port}`);
    await goesOn();
    expect(await pointsLeft()).toBeLessThan(POINTS);

    await master.restart();
    await expect.poll(async () => (await redisHealth()).state, POLL).toBe('UP');
    await goesOn();
    await load.stop();
    expect(load.outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
    for (const { jobId } of load.acknowledged)
      expect(await trellis.jobDone(jobId)).toMatchObject({ state: 'SUCCEEDED' });
    for (const { key } of [load.acknowledged[0], load.acknowledged.at(-1)].filter(
      (one) => one !== undefined,
    )) {
      const found = await trellis.run(
        'query ($q: String!) { search(query: $q, first: 1) { hits { chunk { document { key } } } } }',
        { q: key },
      );
      expect(found.data.search.hits).toEqual([{ chunk: { document: { key } } }]);
    }
  });
});

/** Writes as every part does, through a connection of its own. */
function openWriter({ sentinels: addresses, name }: ReplicatedRedis) {
  const log = createLog({ level: 'silent' });
  const redis = createRedis({ url: 'redis://any', sentinels: createSentinels({ addresses, name }), log });
  const connection = redis.connection({ purpose: 'drill', offline: 'refuse' });
  openConnection(connection);
  return {
    write: () => connection.set('drill', String(performance.now())),
    close: () => {
      connection.destroy();
      redis.close();
    },
  };
}
