/** Each process and each server killed in turn while users are at work, and started again. */

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDevelopmentToken } from '../../cli/token.ts';
import { isFinished } from '../../model/jobs.ts';
import { PROBLEMS, type ProblemCode } from '../../platform/errors.ts';
import type { PartName } from '../../platform/part.ts';
import { javaMissing } from '../servers/maven.ts';
import { redisMissing } from '../servers/redis.ts';
import { type Cluster, PROCESSES, startCluster } from './cluster.ts';
import { type Failure, KINDS, type Kind, kindsOf, type Load, type Outcome, startLoad } from './load.ts';

const USERS = 3;
/** What shows that a kind of request goes on. */
const ENOUGH = 3;
const missing = javaMissing() ?? redisMissing;
const title = (text: string) => (missing === null ? text : `${text} (${missing})`);

/** With the requests that may fail meanwhile. A query answered from elsewhere never may. */
const VICTIMS: readonly { readonly name: string; readonly mayFail: readonly Kind[] }[] = [
  ...PROCESSES.map((parts: readonly PartName[]) => ({ name: parts.join(', '), mayFail: kindsOf(parts) })),
  { name: 'Redis', mayFail: [] },
  { name: 'Neo4j', mayFail: KINDS.filter((kind) => kind !== 'health') },
];

describe.skipIf(missing !== null)(title('killed under load'), { timeout: 300_000 }, () => {
  let cluster: Cluster;
  let load: Load;
  /** Keys of documents that were acknowledged right before and right behind a kill. */
  const nearKills: string[] = [];
  beforeAll(async () => {
    cluster = await startCluster();
    const token = await createDevelopmentToken(cluster.keys, {});
    load = startLoad({ url: cluster.url, token, users: USERS });
  }, 600_000);
  afterAll(async () => {
    await load?.stop();
    await cluster?.close();
  }, 60_000);

  const begunSince = (time: number) => load.outcomes.filter(({ begunAt }) => begunAt >= time);
  /** Until each of these kinds has been served some times, asked after `time`. */
  const goesOn = (kinds: readonly Kind[], time: number) =>
    load.until(() =>
      kinds.every((kind) => {
        const served = begunSince(time).filter((one) => one.kind === kind && one.failure === null);
        return served.length >= ENOUGH;
      }),
    );
  const isFailed = ({ failure }: Outcome) => failure !== null;
  const isRetryable = ({ code, retryAfterMs }: Failure) =>
    code !== null && PROBLEMS[code as ProblemCode]?.retryable && (retryAfterMs ?? 0) > 0;

  test.each(VICTIMS)(
    '$name: requests in flight fail typed, the rest goes on, and it all works again',
    async ({ name, mayFail }) => {
      const victim = cluster.victims.get(name);
      if (victim === undefined) throw new Error(`there is no ${name}`);
      await goesOn(KINDS, performance.now());
      nearKills.push(load.acknowledged.at(-1)?.key ?? '');

      const killedAt = performance.now();
      await victim.kill();
      const goneAt = performance.now();
      await goesOn(
        KINDS.filter((kind) => !mayFail.includes(kind)),
        goneAt,
      );
      if (mayFail.length > 0) await load.until(() => begunSince(goneAt).some(isFailed));
      await victim.restart();
      const backAt = performance.now();
      const acknowledged = load.acknowledged.length;
      await goesOn(KINDS, backAt);
      nearKills.push(load.acknowledged[acknowledged]?.key ?? '');

      const failed = load.outcomes.filter((one) => isFailed(one) && one.endedAt >= killedAt);
      expect(failed.filter(({ kind }) => !mayFail.includes(kind))).toEqual([]);
      expect(failed.filter(({ begunAt }) => begunAt >= backAt)).toEqual([]);
      // A gateway that is gone says nothing; everything else is said by one.
      const untyped = failed.filter(({ failure }) => failure !== null && !isRetryable(failure));
      expect(
        untyped.filter(({ failure }) => !(victim.parts.includes('gateway') && failure?.code === null)),
      ).toEqual([]);
    },
  );

  test('whatever was acknowledged is indexed and found', async () => {
    await load.stop();
    for (const { jobId } of load.acknowledged) expect(await finished(jobId)).toBe('SUCCEEDED');
    const ready = new Set(await readyKeys());
    expect(load.acknowledged.filter(({ key }) => !ready.has(key))).toEqual([]);
    for (const key of nearKills) {
      const { data } = await load.ask(
        'query ($q: String!) { search(query: $q, first: 1) { hits { chunk { document { key } } } } }',
        { q: key },
      );
      expect(data.search.hits).toEqual([{ chunk: { document: { key } } }]);
    }
  });

  const finished = async (id: string): Promise<string> => {
    for (;;) {
      const { data } = await load.ask('query ($id: ID!) { ingestionJob(id: $id) { state } }', { id });
      if (isFinished(data.ingestionJob.state)) return data.ingestionJob.state;
      await delay(50);
    }
  };
  const readyKeys = async (): Promise<readonly string[]> => {
    const keys: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await load.ask(
        `query ($after: String) { documents(first: 100, after: $after, filter: { status: READY }) {
          nodes { key } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      keys.push(...data.documents.nodes.map(({ key }: { readonly key: string }) => key));
      if (!data.documents.pageInfo.hasNextPage) return keys;
      after = data.documents.pageInfo.endCursor;
    }
  };
});
