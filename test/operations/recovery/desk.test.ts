/**
 * The graph's two servers as an operator has them: what `trellis failover` says and does, by way of the admin subgraph,
 * on two real Neo4j of which one is cut off and comes back.
 */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../../../cli/client.ts';
import {
  describeFailover,
  type FailoverAction,
  type FailoverReport,
  failover,
} from '../../../cli/failover.ts';
import { createRecoveryDesk } from '../../../operations/recovery/desk.ts';
import { standbyMeasures } from '../../../operations/recovery/standby-measures.ts';
import { Problem, type ProblemCode } from '../../../platform/errors.ts';
import { adminSubgraph } from '../../../subgraphs/admin/index.ts';
import type { AuditSink } from '../../../subgraphs/audited.ts';
import { createSubgraph } from '../../../subgraphs/serve-subgraph.ts';
import { type BoltProxy, openBoltProxy } from '../../servers/bolt-proxy.ts';
import { javaMissing } from '../../servers/maven.ts';
import { redisMissing } from '../../servers/redis.ts';
import {
  emptyPair,
  openProcess,
  type Pair,
  type Process,
  startPair,
  tallied,
  tally,
  until,
} from '../../stores/graph/standby/pair.ts';
import { roomsFor } from '../../subgraphs/admin/rooms.ts';
import { openAuthority, silent } from '../../subgraphs/harness.ts';
import { toldMeasures } from '../../told-measures.ts';

const missing = javaMissing() ?? redisMissing;
const never = new AbortController().signal;
const CALL_MS_MAX = 120_000;
const progress = { update: () => undefined, stop: () => undefined };

interface Operator {
  /** As the command line does it. A server that is late is asked again, as the message says. */
  command(action: FailoverAction): Promise<FailoverReport>;
  /** The code that it is refused with. */
  refusal(action: FailoverAction): Promise<ProblemCode | null>;
  readonly client: Client;
  /** What the audit log has been given, and what the standby was then. */
  readonly heard: readonly string[];
}

describe.skipIf(missing !== null)(`the desk (${missing ?? 'two Neo4j'})`, { timeout: 600_000 }, () => {
  let pair: Pair;
  let proxies: { readonly one: BoltProxy; readonly two: BoltProxy };
  let process: Process;
  let operator: Operator;

  beforeAll(async () => {
    pair = await startPair();
  }, 600_000);
  afterAll(() => pair?.close(), 60_000);
  beforeEach(async () => {
    await emptyPair(pair);
    proxies = { one: await openBoltProxy(pair.one), two: await openBoltProxy(pair.two) };
    process = await openProcess({ ...proxies, redisUrl: pair.redis.url });
    operator = await operatorOf(process);
  }, 300_000);
  afterEach(async () => {
    await process?.close();
    await Promise.all([proxies?.one.close(), proxies?.two.close()]);
  }, 60_000);

  const write = (number: number) => process.graph.write([tally('desk', number)]);
  const attached = async () => {
    await operator.command({ kind: 'reseed' });
    await process.servers.roles.attach(never);
  };
  const measures = () => toldMeasures(standbyMeasures(process.servers));
  const reaches = (side: 'first' | 'second') =>
    until(() => process.servers.keeper.awayMs(process.servers[side]) === 0);

  test('fills a standby, says how both are, and has them change places', async () => {
    const begun = await operator.command({ kind: 'status' });
    expect(begun).toMatchObject({ mode: 'UNSEEDED', isAutomatic: false, lastRecovery: null, seeding: null });
    await write(1);
    await attached();
    // While it is filled, nothing could be written into the log.
    expect(operator.heard).toEqual(['Mutation.reseedStandby DONE, UNSEEDED']);
    await write(2);
    const report = await operator.command({ kind: 'status' });
    expect(describeFailover(report)).toMatch(
      /^Epoch \d+, standby ATTACHED, failover manual, witness in Redis answers\nFIRST +PRIMARY +reached\nSECOND +STANDBY +reached, 0 writes behind$/,
    );
    expect(await measures()).toMatchObject({
      ...{ graph_epoch: report.epoch, graph_primary: 1, graph_servers_reached: 2 },
      ...{ graph_standby_attached: 1, graph_standby_behind_writes: 0, graph_promotions_total: 0 },
    });
    // What would cost something for nothing is refused, and what is not meant as well.
    expect(await operator.refusal({ kind: 'reseed' })).toBe('CONFLICT');
    const unmeant = operator.client.run(
      'mutation { reseedStandby(input: { confirm: false }) { status { epoch } } }',
    );
    await expect(unmeant).rejects.toMatchObject({ code: 'BAD_INPUT' });

    const changed = await operator.command({ kind: 'promote', force: false });
    expect(changed.servers).toMatchObject([{ role: 'STANDBY' }, { role: 'PRIMARY', behind: null }]);
    await process.servers.roles.attach(never);
    await write(3);
    expect(await process.graph.read(tallied('desk'))).toEqual([3]);
    expect(await measures()).toMatchObject({ graph_primary: 2, graph_promotions_total: 1 });
  });

  test('of two who have it filled at once, one is refused', async () => {
    const refusals = await Promise.all([
      operator.refusal({ kind: 'reseed' }),
      operator.refusal({ kind: 'reseed' }),
    ]);
    expect(refusals.toSorted()).toEqual(['CONFLICT', null]);
    expect(operator.heard.filter((line) => line.includes('DONE'))).toHaveLength(1);
    await process.servers.roles.attach(never);
    expect(await operator.command({ kind: 'status' })).toMatchObject({ mode: 'ATTACHED', seeding: null });
  });

  test('the primary lost, the standby is promoted without loss, and the old one is filled when it is back', async () => {
    await attached();
    await write(1);
    proxies.one.refuse();
    await until(() => process.servers.keeper.isAway(process.servers.first));
    expect(describeFailover(await operator.command({ kind: 'status' }))).toMatch(
      /FIRST +PRIMARY +NOT REACHED/,
    );
    expect(await process.graph.read(tallied('desk'))).toEqual([1]);
    expect(await measures()).toMatchObject({ graph_servers_reached: 1, graph_standby_reads_total: 1 });
    const promoted = await operator.command({ kind: 'promote', force: false });
    expect(promoted).toMatchObject({ mode: 'UNSEEDED', servers: [{ role: 'STANDBY' }, { role: 'PRIMARY' }] });
    await write(2);
    proxies.one.resume();
    await reaches('first');
    await attached();
    await write(3);
    expect(await operator.command({ kind: 'status' })).toMatchObject({ mode: 'ATTACHED' });
    expect(await process.graph.read(tallied('desk'))).toEqual([3]);
  });

  test('detached, the standby is promoted by force alone, and what it lacks is gone', async () => {
    await attached();
    await write(1);
    proxies.two.refuse();
    await write(2);
    const detached = await operator.command({ kind: 'status' });
    expect(detached).toMatchObject({
      mode: 'DETACHED',
      servers: [{ role: 'PRIMARY' }, { isReached: false }],
    });
    expect(detached.servers[1]?.behind).toBeGreaterThan(0);
    expect(await measures()).toMatchObject({
      graph_standby_attached: 0,
      graph_standby_behind_writes: detached.servers[1]?.behind,
    });
    expect(await process.graph.health()).toMatchObject({
      state: 'DEGRADED',
      detail: expect.stringContaining('lacks writes'),
    });
    expect(await operator.refusal({ kind: 'promote', force: false })).toBe('CONFLICT');
    // The primary is gone for good, and the standby is back with what it had.
    proxies.one.refuse();
    await until(() => process.servers.keeper.isAway(process.servers.first));
    proxies.two.resume();
    await reaches('second');
    expect(await operator.refusal({ kind: 'promote', force: false })).not.toBeNull();
    const forced = await operator.command({ kind: 'promote', force: true });
    expect(forced.servers).toMatchObject([{ role: 'STANDBY' }, { role: 'PRIMARY' }]);
    expect(await process.graph.read(tallied('desk'))).toEqual([1]);
    await write(3);
    expect(await process.graph.read(tallied('desk'))).toEqual([2]);
  });
});

/** Of the installation, with a token of a gateway. */
async function operatorOf({ servers }: Process): Promise<Operator> {
  const authority = await openAuthority();
  const recovery = createRecoveryDesk({ servers, coordinator: null, isAutomatic: false, log: silent });
  const heard: string[] = [];
  const audit: AuditSink = {
    record: async (events) => {
      const mode = servers.keeper.view().epoch?.standby;
      heard.push(...events.map(({ action, outcome }) => `${action} ${outcome}, ${mode}`));
    },
    note: () => undefined,
  };
  const subgraph = createSubgraph(adminSubgraph({ ...roomsFor(), recovery }), {
    ...{ authority, audit, log: silent },
  });
  const who = { subject: 'ada', tenant: 'default', scopes: ['admin:data'], isOperator: true } as const;
  const client: Client = {
    url: 'in this process',
    upload: () => Promise.reject(new Error('nothing is uploaded')),
    run: async <Data>(query: string, variables = {}) => {
      const { data, errors } = await subgraph.execute({
        query,
        variables,
        token: await authority.issueFor(who, subgraph.name),
        requestId: 'request-1',
        deadline: Date.now() + CALL_MS_MAX,
      });
      const [error] = errors ?? [];
      if (error === undefined) return data as Data;
      throw new Problem(error.extensions?.['code'] as ProblemCode, error.message);
    },
  };
  const command = async (action: FailoverAction): Promise<FailoverReport> => {
    for (;;) {
      const report = await failover(client, action, { progress, signal: never }).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'UNAVAILABLE') return null;
        throw error;
      });
      if (report !== null) return report;
    }
  };
  const refusal = async (action: FailoverAction): Promise<ProblemCode | null> =>
    failover(client, action, { progress, signal: never }).then(
      () => null,
      (error: unknown) => (error instanceof Problem ? error.code : null),
    );
  return { command, refusal, client, heard };
}
