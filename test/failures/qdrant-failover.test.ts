/** One of two Qdrant is killed under load, then the other: searches and ingestion go on, and both have everything in the end. */

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { createQdrantVectorStore } from '../../stores/vectors/qdrant/qdrant-vector-store.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { type Scenario, startScenario } from '../scenarios/harness.ts';
import { canStartQdrant, isReady, type QdrantServer, startQdrant } from '../servers/qdrant.ts';
import { UNLIMITED } from '../unlimited.ts';
import { type Load, startLoad } from './load.ts';
import { RECOVERY_MS_MAX, tellRecovery } from './recovery.ts';

const USERS = 1;
const LOOK_EVERY_MS = 20;
const POLL = { timeout: 240_000, interval: 200 };
/** The tenant that scenarios are of. */
const TENANT = 'acme';

const INGEST = `mutation ($documents: [DocumentInput!]!) {
  ingestDocuments(input: { collection: "load", documents: $documents }) { job { id } }
}`;
const SEARCH = `query ($q: String!) {
  search(query: $q, first: 1) { hits { chunk { document { key } } } degraded { kind } }
}`;

const reason = canStartQdrant ? '' : ' (needs QDRANT_BINARY)';

describe.skipIf(!canStartQdrant)(`one of two Qdrant killed under load${reason}`, { timeout: 900_000 }, () => {
  let servers: Readonly<Record<'primary' | 'standby', QdrantServer>>;
  let trellis: Scenario;
  let load: Load;
  let written = 0;
  beforeAll(async () => {
    const [primary, standby] = await Promise.all([startQdrant(), startQdrant()]);
    servers = { primary, standby };
    trellis = await startScenario({
      settings: {
        ...UNLIMITED,
        TRELLIS_VECTORS: 'qdrant',
        TRELLIS_VECTORS_URL: primary.url,
        TRELLIS_VECTORS_STANDBY_URL: standby.url,
      },
    });
    load = startLoad({ url: trellis.app.url(), token: await trellis.token(), users: USERS });
  }, 300_000);
  afterAll(async () => {
    await load?.stop();
    await trellis?.close();
    await Promise.all([servers?.primary.close(), servers?.standby.close()]);
  }, 120_000);

  const health = async () => {
    const { data } = await trellis.run('{ health { components { name state detail } } }');
    return data?.health.components.find(({ name }: { readonly name: string }) => name === 'vectors');
  };
  const find = async (q: string) => {
    const { data, errors } = await load.ask(SEARCH, { q }).then(({ data: found, failure }) => ({
      data: found,
      errors: failure === null ? [] : [failure],
    }));
    const isWhole = errors.length === 0 && data.search.degraded.every(isByStandby);
    return isWhole ? data.search.hits : null;
  };
  /** From taking it in until it is found. */
  const write = async (): Promise<boolean> => {
    const key = `written${written++}`;
    const documents = [{ key, content: `This is ${key}: Ada Lovelace wrote to Charles Babbage.` }];
    const { data, failure } = await load.ask(INGEST, { documents });
    if (failure !== null) return false;
    const job = await trellis.jobDone(data.ingestDocuments.job.id);
    const hits = await find(key);
    return job.state === 'SUCCEEDED' && hits?.[0]?.chunk.document.key === key;
  };
  /** How long it takes until it is good, in ms. */
  const untilGood = async (attempt: () => Promise<boolean>): Promise<number> => {
    const from = performance.now();
    while (!(await attempt()) && performance.now() - from < RECOVERY_MS_MAX) await delay(LOOK_EVERY_MS);
    return performance.now() - from;
  };
  /** Of both sides themselves: ids of all that they hold, and whether each key is found there. */
  const heldBy = async ({ url }: QdrantServer, keys: readonly string[]) => {
    const store = await openSide({ url });
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof store.held>> = await store.held(TENANT, { after, limit: 1_000 });
      ids.push(...page.entries.map(({ id }) => id));
      if (page.next === null) break;
      after = page.next;
    }
    const queries = keys.map((text) => ({ text, limit: 1 }));
    const found = await store.searchKeyword(queries, { tenant: TENANT });
    await store.close();
    return { ids: ids.toSorted(), missing: keys.filter((_, at) => found[at]?.length === 0) };
  };

  test.each(['primary', 'standby'] as const)('the %s', async (side) => {
    await expect.poll(async () => (await health())?.state, POLL).toBe('UP');
    await expect.poll(write, POLL).toBe(true);

    await servers[side].kill();
    while (await isReady(servers[side].url)) await delay(LOOK_EVERY_MS);
    const survivor = await openSide(servers[side === 'primary' ? 'standby' : 'primary']);
    const before = await survivor.revision();
    const [read, change, found] = await Promise.all([
      untilGood(async () => (await find('lovelace')) !== null),
      untilGood(async () => (await survivor.revision()) > before),
      untilGood(write),
    ]);
    await survivor.close();
    tellRecovery(`Qdrant, its ${side} killed: from the first failed probe`, {
      'to the first good read': read,
      'to the first batch indexed': change,
      'to a new document found, behind the jobs that wait': found,
    });
    expect(Math.max(read, change, found)).toBeLessThan(RECOVERY_MS_MAX);
    expect(await health()).toMatchObject({
      state: 'DEGRADED',
      detail: expect.stringContaining(`The ${side} of the search index does not answer`),
    });
    expect(await write()).toBe(true);

    await servers[side].restart();
    const broughtUp = await untilGood(async () => (await health())?.state === 'UP');
    tellRecovery(`Qdrant, its ${side} back`, { 'until it has everything again': broughtUp });
    expect(await health()).toMatchObject({ state: 'UP' });
  });

  test('each document that was acknowledged is on both', async () => {
    await load.stop();
    for (const { jobId } of load.acknowledged)
      expect(await trellis.jobDone(jobId)).toMatchObject({ state: 'SUCCEEDED', failures: [] });
    const keys = load.acknowledged.map(({ key }) => key);
    const [first, second] = await Promise.all([heldBy(servers.primary, keys), heldBy(servers.standby, keys)]);
    expect(first.missing).toEqual([]);
    expect(second).toEqual(first);
    expect(load.outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  });
});

function isByStandby({ kind }: { readonly kind: string }): boolean {
  return kind === 'STANDBY';
}

/** As it is, with no mirror before it. */
async function openSide({ url }: Pick<QdrantServer, 'url'>): Promise<VectorStore> {
  const store = createQdrantVectorStore({ url, log: createLog({ level: 'silent' }) });
  await store.open(null);
  return store;
}
