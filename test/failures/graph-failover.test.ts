/**
 * The primary of the graph is lost under load, and the processes promote its standby by themselves. With
 * `FAILOVER_BOUNDS=production` what is waited for is waited for as long as in production, to see how long that takes.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RecoveryPhase } from '../../model/recovery.ts';
import { type Coordinator, createCoordinator } from '../../operations/recovery/coordinator.ts';
import { createLog } from '../../platform/log.ts';
import { type BoltProxy, openBoltProxy } from '../servers/bolt-proxy.ts';
import { javaMissing } from '../servers/maven.ts';
import { redisMissing } from '../servers/redis.ts';
import {
  emptyPair,
  openProcess,
  type Pair,
  type Process,
  startPair,
  talliesOn,
  tally,
  until,
} from '../stores/graph/standby/pair.ts';
import { type FailoverProcess, SHORT_RECOVERY } from './failover-process.ts';

const missing = javaMissing() ?? redisMissing;
const never = new AbortController().signal;
const isAsInProduction = process.env.FAILOVER_BOUNDS === 'production';
const title = `the graph fails over (${missing ?? 'two Neo4j'})`;

describe.skipIf(missing !== null)(title, { timeout: 600_000 }, () => {
  let pair: Pair;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    pair = await startPair();
  }, 600_000);
  afterAll(() => pair?.close(), 60_000);
  beforeEach(() => emptyPair(pair), 300_000);
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  }, 120_000);

  const start = async (one: Pick<BoltProxy, 'url' | 'user' | 'password'> = pair.one): Promise<Process> => {
    const opened = await openProcess({
      ...{ one, two: pair.two, redisUrl: pair.redis.url },
      ...(isAsInProduction ? { bounds: null } : {}),
    });
    closing.push(opened.close);
    return opened;
  };
  const attached = async (one?: BoltProxy): Promise<Process> => {
    const opened = await start(one);
    await opened.servers.roles.reseed({ onProgress: () => undefined });
    await opened.servers.roles.attach(never);
    return opened;
  };
  const coordinate = async ({ servers }: Process, told: RecoveryPhase[] = []): Promise<Coordinator> => {
    const coordinator = createCoordinator({
      servers,
      tell: async (_, phases) => void told.push(...phases),
      now: () => new Date(),
      log: createLog({ level: 'silent' }),
      ...(isAsInProduction ? {} : SHORT_RECOVERY),
    });
    await coordinator.start();
    closing.push(() => coordinator.close());
    return coordinator;
  };
  const phaseOf = async (coordinator: Coordinator) => (await coordinator.last())?.phase;
  /** Gives how it ended. */
  const coordinateUntilDead = async (given: FailoverProcess, begun: () => void) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'failover-process.ts')], {
      env: { ...process.env, FAILOVER_PROCESS: JSON.stringify(given) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await once(createInterface(child.stdout), 'line');
    begun();
    const [, signal] = (await ended) as [number | null, string | null];
    return signal;
  };

  test('killed under load: nothing acknowledged is lost or done twice, and writes go on', async () => {
    const one = await attached();
    const other = await start();
    const told: RecoveryPhase[] = [];
    const coordinators = [await coordinate(one, told), await coordinate(other, told)];
    const acknowledged: { readonly write: string; readonly at: number }[] = [];
    let over = false;
    const work = async ({ graph }: Process, key: string) => {
      for (let write = 0; !over; write++) {
        const done = await graph.write([tally(key, write)], { timeoutMs: 10_000 }).then(
          () => true,
          () => false,
        );
        if (done) acknowledged.push({ write: `${key} ${write}`, at: performance.now() });
      }
    };
    const working = Promise.all([work(one, 'one'), work(other, 'other'), work(other, 'more')]);
    await until(() => acknowledged.length > 50);
    await pair.one.kill();
    const killedAt = performance.now();
    await until(() => one.servers.keeper.awayMs(one.servers.first) > 0);
    const failedAt = performance.now();
    await until(() => one.servers.keeper.view().primary === one.servers.second);
    const promotedAt = performance.now();
    await until(() => acknowledged.filter(({ at }) => at > promotedAt).length > 20);
    over = true;
    await working;
    const first = acknowledged.find(({ at }) => at > promotedAt)?.at ?? Number.NaN;
    const seconds = (ms: number) => (ms / 1_000).toFixed(1);
    process.stdout.write(
      `Failover: first failed probe ${seconds(failedAt - killedAt)} s after the kill, first good write ${seconds(first - failedAt)} s after that; ${acknowledged.length} acknowledged writes\n`,
    );
    const tallies = await talliesOn(pair.two);
    expect(acknowledged.filter(({ write }) => tallies.get(write) !== 1)).toEqual([]);
    expect([...tallies].filter(([, times]) => times !== 1)).toEqual([]);
    await until(() => told.includes('PROMOTED'));
    expect(told).toEqual(['SUSPECTED', 'CONFIRMED', 'FENCING', 'PROMOTED']);
    expect(await Promise.all(coordinators.map(phaseOf))).toEqual(['PROMOTED', 'PROMOTED']);
  });

  test.each(['SUSPECTED', 'CONFIRMED', 'FENCING', 'HALF_FENCED', 'PROMOTED'])(
    'a coordinator killed at %s is completed by another process, and the old primary is fenced when it is back',
    async (diesAt) => {
      const proxy = await openBoltProxy(pair.one);
      closing.push(proxy.close);
      const one = await attached(proxy);
      await one.graph.write([tally('kept', 1)]);
      const { url, user, password } = proxy;
      const options = { one: { url, user, password }, two: toServer(pair.two), redisUrl: pair.redis.url };
      const signal = await coordinateUntilDead({ ...options, diesAt }, () => proxy.refuse());
      expect(signal).toBe('SIGKILL');
      const told: RecoveryPhase[] = [];
      const coordinator = await coordinate(one, told);
      await until(async () => (await phaseOf(coordinator)) === 'PROMOTED' && told.length > 0);
      expect(told).toEqual(['SUSPECTED', 'CONFIRMED', 'FENCING', 'PROMOTED']);
      await one.graph.write([tally('after', 1)]);
      const tallies = await talliesOn(pair.two);
      expect([tallies.get('kept 1'), tallies.get('after 1')]).toEqual([1, 1]);
      proxy.resume();
      await until(async () => (await phaseOf(coordinator)) === 'OLD_FENCED');
      expect((await talliesOn(pair.one)).has('after 1')).toBe(false);
    },
  );

  test('a primary that another process reaches is not replaced', async () => {
    const proxy = await openBoltProxy(pair.one);
    closing.push(proxy.close);
    const one = await attached(proxy);
    const other = await start();
    const coordinator = await coordinate(one);
    proxy.refuse();
    await until(async () => (await phaseOf(coordinator)) === 'SUSPECTED');
    await until(() => one.servers.keeper.awayMs(one.servers.first) > 2 * SHORT_RECOVERY.confirmAfterMs);
    expect(await phaseOf(coordinator)).toBe('SUSPECTED');
    await other.graph.write([tally('kept', 1)]);
    proxy.resume();
    await until(async () => (await phaseOf(coordinator)) === 'ABANDONED');
    expect(one.servers.keeper.view().primary).toBe(one.servers.first);
  });
});

function toServer({ url, user, password }: BoltProxy | Pair['two']) {
  return { url, user, password };
}
