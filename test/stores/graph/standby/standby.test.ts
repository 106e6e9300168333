import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createUpkeep } from '../../../../operations/recovery/upkeep.ts';
import { createLog } from '../../../../platform/log.ts';
import { type BoltProxy, openBoltProxy } from '../../../servers/bolt-proxy.ts';
import { javaMissing } from '../../../servers/maven.ts';
import { redisMissing } from '../../../servers/redis.ts';
import {
  checksumOf,
  emptyPair,
  openProcess,
  type Pair,
  type Process,
  type ProcessOptions,
  startPair,
  tallied,
  talliesOn,
  tally,
  until,
} from './pair.ts';

const missing = javaMissing() ?? redisMissing;
const never = new AbortController().signal;
const ignore = () => undefined;
const UPKEEP = { lookEveryMs: 100, detachAfterMs: 4_000 };
/** The proxy knows bytes alone, so it stands before Redis as well. */
const asBolt = (url: string) => ({ url: url.replace('redis:', 'bolt:'), user: '', password: '' });
const asRedis = ({ url }: BoltProxy) => url.replace('bolt:', 'redis:');

describe.skipIf(missing !== null)(
  `a graph with a standby (${missing ?? 'two Neo4j'})`,
  { timeout: 600_000 },
  () => {
    let pair: Pair;
    const open: Process[] = [];
    const proxies: BoltProxy[] = [];

    beforeAll(async () => {
      pair = await startPair();
    }, 600_000);
    afterAll(() => pair?.close(), 60_000);
    beforeEach(() => emptyPair(pair), 300_000);
    afterEach(async () => {
      await Promise.all(open.splice(0).map((one) => one.close()));
      await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
    }, 60_000);

    const start = async (options: Partial<ProcessOptions> = {}): Promise<Process> => {
      const one = await openProcess({ one: pair.one, two: pair.two, redisUrl: pair.redis.url, ...options });
      open.push(one);
      return one;
    };
    const proxied = async (server: 'one' | 'two'): Promise<BoltProxy> => {
      const proxy = await openBoltProxy(pair[server]);
      proxies.push(proxy);
      return proxy;
    };
    const modeOf = ({ servers }: Process) => servers.keeper.view().epoch?.standby;
    const attached = async (options: Partial<ProcessOptions> = {}): Promise<Process> => {
      const one = await start(options);
      await one.servers.roles.reseed({ onProgress: ignore });
      await one.servers.roles.attach(never);
      expect(modeOf(one)).toBe('ATTACHED');
      return one;
    };

    test('a write is on both servers when it is acknowledged, whatever process made it', async () => {
      const one = await start();
      await one.graph.write([tally('before', 1)]);
      await one.servers.roles.reseed({ onProgress: ignore });
      await one.graph.write([tally('between', 1)]);
      await one.servers.roles.attach(never);
      const other = await start();
      await Promise.all(
        [one, other].flatMap(({ graph }, at) =>
          Array.from({ length: 20 }, (_, write) => graph.write([tally(`p${at}`, write)])),
        ),
      );
      const tallies = await talliesOn(pair.two);
      expect(tallies.size).toBe(42);
      expect(new Set(tallies.values())).toEqual(new Set([1]));
      expect(await checksumOf(pair.two)).toBe(await checksumOf(pair.one));
    });

    test('what a process wrote is not read from the log again; what one that died left there is', async () => {
      const one = await attached();
      // What attached it has a number as well, and is in nobody's hand.
      await one.graph.write([tally('first', 1)]);
      const asked: string[] = [];
      const { read } = one.servers.first.store;
      Object.assign(one.servers.first.store, {
        read: (...given: Parameters<typeof read>) => {
          if (given[0].name.startsWith('standby.logged')) asked.push(given[0].name);
          return read(...given);
        },
      });
      for (let write = 0; write < 5; write++) await one.graph.write([tally('own', write)]);
      const atOnce = Array.from({ length: 20 }, (_, write) => one.graph.write([tally('at once', write)]));
      await Promise.all(atOnce);
      expect(asked).toEqual([]);

      const dead = await start();
      Object.assign(dead.servers.second.store, { write: () => Promise.reject(new Error('it died')) });
      const dying = new AbortController();
      const left = dead.graph.write([tally('left', 1)], { signal: dying.signal }).catch(ignore);
      await until(async () => (await talliesOn(pair.one)).has('left 1'));
      dying.abort();
      await left;
      await one.graph.write([tally('own', 5)]);
      expect(asked.length).toBeGreaterThan(0);
      expect((await talliesOn(pair.two)).get('left 1')).toBe(1);
      expect(await checksumOf(pair.two)).toBe(await checksumOf(pair.one));
    });

    test('where others bring writes to the standby and take them from the log, it is not given up', async () => {
      const one = await attached();
      // It knows how far the standby is by what it last saw alone.
      const other = await start({ bounds: { lookEveryMs: 300_000, permitMs: 300_000 } });
      let count = 0;
      const writeMany = async () => {
        for (let times = 0; times < 4; times++) await one.graph.write([tally('one', ++count)]);
      };
      const writing: Promise<unknown>[] = [];
      const writeBehind = async () => {
        const write = writing.length;
        writing.push(other.graph.write([tally('other', write)]));
        await until(async () => (await talliesOn(pair.one)).has(`other ${write}`));
      };
      const { keeper } = other.servers;
      const { look } = keeper;
      let looks = 0;
      Object.assign(keeper, {
        look: async () => {
          looks += 1;
          if (looks > 4) return look();
          await writeMany();
          const seen = await look();
          await writeMany();
          await writeBehind();
          return seen;
        },
      });
      await writeMany();
      await writeBehind();
      await until(() => looks > 4);
      await Promise.all(writing);
      await other.servers.keeper.lookAnew();
      expect(modeOf(other)).toBe('ATTACHED');
      expect(await checksumOf(pair.two)).toBe(await checksumOf(pair.one));
    });

    test('writes go on without a standby that is away, which catches up when it is back', async () => {
      const one = await attached();
      const leading = new AbortController();
      const duty = createUpkeep({ servers: one.servers, log: createLog({ level: 'silent' }), ...UPKEEP });
      const running = duty.run(leading.signal);
      await one.graph.write([tally('with', 1)]);
      await pair.two.kill();
      await one.graph.write([tally('without', 1)]);
      expect(modeOf(one)).toBe('DETACHED');
      expect((await one.graph.health()).state).toBe('DEGRADED');
      await expect(one.servers.roles.promote({ force: false, why: 'test' })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      for (let write = 2; write < 30; write++) await one.graph.write([tally('without', write)]);
      await pair.two.restart();
      await until(() => modeOf(one) === 'ATTACHED');
      await one.graph.write([tally('again', 1)]);
      leading.abort();
      await running;
      expect(await checksumOf(pair.two)).toBe(await checksumOf(pair.one));
    });

    test('reads that the standby answers are counted, apart where it lacks writes', async () => {
      const proxies = { one: await proxied('one'), two: await proxied('two') };
      const { graph, servers } = await attached(proxies);
      await graph.write([tally('seen', 1)]);
      expect(await graph.read(tallied('seen'))).toEqual([1]);
      expect(servers.standbyReads.soFar()).toEqual({ whole: 0, lagging: 0 });
      proxies.one.refuse();
      expect(await graph.read(tallied('seen'))).toEqual([1]);
      expect(servers.standbyReads.soFar()).toEqual({ whole: 1, lagging: 0 });
      proxies.one.resume();
      await until(() => servers.keeper.awayMs(servers.first) === 0);
      // The standby misses a write, and nobody brings it up when it is back.
      proxies.two.refuse();
      await graph.write([tally('seen', 2)]);
      proxies.two.resume();
      await until(async () => (await servers.second.look().catch(() => null))?.epoch?.standby === 'DETACHED');
      await until(() => servers.keeper.awayMs(servers.second) === 0);
      expect(servers.standbyReads.soFar()).toEqual({ whole: 1, lagging: 0 });
      proxies.one.refuse();
      expect(await graph.read(tallied('seen'))).toEqual([1]);
      expect(servers.standbyReads.soFar()).toEqual({ whole: 1, lagging: 1 });
    });

    test('what was acknowledged is on the standby once the primary is killed and it is promoted; the old one is fenced', async () => {
      const believer = { two: await proxied('two'), redis: await openBoltProxy(asBolt(pair.redis.url)) };
      proxies.push(believer.redis);
      const [one, other] = [await attached(), await start()];
      const late = await start({ two: believer.two, redisUrl: asRedis(believer.redis) });
      const acknowledged: string[] = [];
      let over = false;
      const work = async ({ graph }: Process, key: string) => {
        for (let write = 0; !over; write++) {
          const done = await graph.write([tally(key, write)], { timeoutMs: 20_000 }).then(
            () => true,
            () => false,
          );
          if (done) acknowledged.push(`${key} ${write}`);
        }
      };
      const working = Promise.all([work(one, 'one'), work(other, 'other')]);
      await until(() => acknowledged.length > 30);
      // From here on, it reaches nothing but the old primary.
      believer.two.refuse();
      believer.redis.refuse();
      await pair.one.kill();
      const killedAt = acknowledged.length;
      const reads = await other.graph.read(tallied('one'));
      expect(reads[0]).toBeGreaterThan(0);
      const promoted = await other.servers.roles.promote({ force: false, why: 'test' });
      expect(promoted.primary).toBe(other.servers.second.name());
      await until(() => acknowledged.length > killedAt + 20);
      await pair.one.restart();
      await expect(late.graph.write([tally('late', 1)], { timeoutMs: 10_000 })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
      });
      await until(
        async () => (await other.servers.first.look().catch(() => null))?.epoch?.number === promoted.number,
      );
      over = true;
      await working;
      const tallies = await talliesOn(pair.two);
      expect(acknowledged.filter((write) => tallies.get(write) !== 1)).toEqual([]);
      expect([...tallies].filter(([, times]) => times !== 1)).toEqual([]);
      expect((await talliesOn(pair.one)).has('late 1')).toBe(false);
      // The old primary is filled anew, and is the standby from then on.
      await other.servers.roles.reseed({ onProgress: ignore });
      await other.servers.roles.attach(never);
      await other.graph.write([tally('back', 1)]);
      expect(await checksumOf(pair.one)).toBe(await checksumOf(pair.two));
      // And they change places again.
      await other.servers.roles.changePlaces('test');
      await other.servers.roles.attach(never);
      await one.graph.write([tally('home', 1)]);
      expect(one.servers.keeper.view().primary).toBe(one.servers.first);
      expect(await checksumOf(pair.one)).toBe(await checksumOf(pair.two));
    });
  },
);
