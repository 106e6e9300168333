/** Redis goes away, and comes back empty, under a Trellis that uses it: nothing acknowledged is lost. */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Scenario, startScenario } from '../scenarios/harness.ts';
import { type RedisServer, redisMissing, startRedis } from '../servers/redis.ts';

const JOBS = 6;
const DOCUMENTS_A_JOB = 40;

const SUBMIT = `mutation ($documents: [DocumentInput!]!) {
  ingestDocuments(input: { collection: "notes", documents: $documents }) { job { id } }
}`;
const SEARCH = '{ search(query: "lovelace", first: 1) { hits { chunk { text } } } }';
const HEALTH = '{ health { state components { name state detail engine } } }';

describe.skipIf(redisMissing !== null)('Redis lost during ingestion', () => {
  let redis: RedisServer;
  let trellis: Scenario;
  beforeAll(async () => {
    redis = await startRedis();
    trellis = await startScenario({ settings: { TRELLIS_REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    await trellis.close();
    await redis.close();
  });

  const submit = async (job: number): Promise<string> => {
    const documents = Array.from({ length: DOCUMENTS_A_JOB }, (_, at) => ({
      key: `job${job}-${at}`,
      content: `Ada Lovelace wrote note ${at} of job ${job} to Charles Babbage.`,
    }));
    const { data, errors } = await trellis.run(SUBMIT, { documents });
    expect(errors).toEqual([]);
    return data.ingestDocuments.job.id;
  };
  const search = async () => {
    const { data, errors } = await trellis.run(SEARCH);
    expect(errors).toEqual([]);
    return data.search.hits.length;
  };
  const health = async () => (await trellis.run(HEALTH)).data.health;

  test('is up, by name and version, while it is there', async () => {
    await vi.waitFor(async () => {
      const { state, components } = await health();
      expect(state).toBe('UP');
      expect(components).toContainEqual({
        name: 'redis',
        state: 'UP',
        detail: null,
        engine: expect.stringMatching(/^Redis \d+\.\d+/),
      });
    }, 20_000);
    expect((await health()).components).toContainEqual(
      expect.objectContaining({ name: 'worker', engine: 'BullMQ' }),
    );
  });

  test('jobs before, during and after all finish, and reads go on', { timeout: 120_000 }, async () => {
    const first = await submit(0);
    await trellis.jobDone(first);
    const jobs = [await submit(1), await submit(2)];
    await redis.kill();
    jobs.push(await submit(3), await submit(4));
    expect(await search()).toBe(1);

    const { state, components } = await health();
    expect(state).toBe('DEGRADED');
    expect(components).toContainEqual(
      expect.objectContaining({
        name: 'redis',
        state: 'DEGRADED',
        detail: expect.stringContaining('TRELLIS_REDIS_URL'),
      }),
    );
    const ready = await fetch(`${trellis.app.url()}/health/ready`);
    expect(ready.status).toBe(200);

    await redis.restart();
    jobs.push(await submit(5));
    expect(await search()).toBe(1);
    for (const job of jobs) {
      expect(await trellis.jobDone(job)).toMatchObject({
        state: 'SUCCEEDED',
        progress: {
          documentsDone: DOCUMENTS_A_JOB,
          documentsTotal: DOCUMENTS_A_JOB,
          chunks: DOCUMENTS_A_JOB,
        },
      });
    }
    const { data } = await trellis.run(
      '{ collections(first: 10) { edges { node { name documentCount } } } }',
    );
    expect(data.collections.edges).toEqual([
      { node: { name: 'notes', documentCount: JOBS * DOCUMENTS_A_JOB } },
    ]);
  });

  test('Trellis closes while Redis is away', async () => {
    await redis.kill();
    await trellis.app.close();
    await redis.restart();
    await trellis.restart();
    expect(await search()).toBe(1);
  });
});
