/**
 * Roles that change where something is missing: the primary, Redis, what the standby lacks. Real servers, of which each
 * test cuts some off; "lost" and "away" are a connection that is refused.
 */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createUpkeep } from '../../../../operations/recovery/upkeep.ts';
import { createLog } from '../../../../platform/log.ts';
import type { Epoch } from '../../../../stores/graph/standby/epoch.ts';
import { setApplied } from '../../../../stores/graph/statements/standby.ts';
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
const UPKEEP = { lookEveryMs: 100, detachAfterMs: 4_000 };
/** How long writes wait for a change of places of which it is known that nobody goes on with it. */
const SOON_MS = 1_000;
const BY_FORCE = { force: true, why: 'test' };
const WITHOUT_LOSS = { force: false, why: 'test' };

describe.skipIf(missing !== null)(
  `a graph with a standby, of which something is lost (${missing ?? 'two Neo4j'})`,
  { timeout: 600_000 },
  () => {
    let pair: Pair;
    let one: BoltProxy;
    let two: BoltProxy;
    const open: Process[] = [];

    beforeAll(async () => {
      pair = await startPair();
    }, 600_000);
    afterAll(() => pair?.close(), 60_000);
    beforeEach(async () => {
      await emptyPair(pair);
      one = await openBoltProxy(pair.one);
      two = await openBoltProxy(pair.two);
    }, 300_000);
    afterEach(async () => {
      await Promise.all(open.splice(0).map((process) => process.close()));
      await Promise.all([one?.close(), two?.close()]);
    }, 60_000);

    interface Given extends Pick<ProcessOptions, 'bounds'> {
      readonly redisUrl?: null;
      readonly past?: Pair['one'];
    }
    const start = async ({ past, bounds, ...given }: Given = {}) => {
      const redisUrl = given.redisUrl === null ? null : pair.redis.url;
      const own = bounds === undefined ? {} : { bounds };
      const process = await openProcess({ one: past ?? one, two, redisUrl, ...own });
      open.push(process);
      return process;
    };
    const modeOf = ({ servers }: Process) => servers.keeper.view().epoch?.standby;
    const attached = async (given: { readonly redisUrl?: null } = {}): Promise<Process> => {
      const process = await start(given);
      await process.servers.roles.reseed({ onProgress: () => undefined });
      await process.servers.roles.attach(never);
      expect(modeOf(process)).toBe('ATTACHED');
      return process;
    };
    /** The standby is away while a write is acknowledged, so it lacks that one. */
    const writeAlone = async ({ graph, servers }: Process) => {
      two.refuse();
      await graph.write([tally('alone', 1)]);
      await until(() => servers.keeper.view().epoch?.standby === 'DETACHED');
    };
    const loseFirst = async ({ servers }: Process) => {
      one.refuse();
      await until(() => servers.keeper.isAway(servers.first));
    };
    const secondIsBack = async ({ servers }: Process) => {
      two.resume();
      await until(() => servers.keeper.awayMs(servers.second) === 0);
    };
    /** The old primary is back, everybody has looked, and the registers say the same. */
    const firstIsBack = async ({ servers }: Process) => {
      one.resume();
      await until(async () => {
        const [first, second] = await Promise.all([servers.first.look(), servers.second.look()]).catch(
          () => [],
        );
        return first?.epoch?.proposal !== undefined && first.epoch.proposal === second?.epoch?.proposal;
      });
      await servers.changes.settle();
    };
    const expectSecondTakesWrites = async (process: Process, key: string) => {
      await process.graph.write([tally(key, 1)]);
      expect(process.servers.keeper.view().primary).toBe(process.servers.second);
      expect((await talliesOn(pair.two)).get(`${key} 1`)).toBe(1);
      expect((await talliesOn(pair.one)).has(`${key} 1`)).toBe(false);
    };

    test('servers that are well change places and back again, and nothing is filled', async () => {
      const { graph, servers } = await attached();
      for (const [turn, place] of ['second', 'first', 'second'].entries()) {
        await graph.write([tally('turns', turn)]);
        await servers.roles.changePlaces('test');
        expect(servers.keeper.view().primary).toBe(servers[place as 'first' | 'second']);
        await servers.roles.attach(never);
        expect(servers.keeper.view().epoch?.standby).toBe('ATTACHED');
      }
      expect(await graph.read(tallied('turns'))).toEqual([3]);
      expect(await checksumOf(pair.one)).toBe(await checksumOf(pair.two));
    });

    test('by force, a standby that lags is promoted without the primary: what it lacks is gone, and stays so when the primary is back', async () => {
      const process = await attached();
      await process.graph.write([tally('both', 1)]);
      await writeAlone(process);
      const late = await start({ past: pair.one });
      await loseFirst(process);
      await secondIsBack(process);
      await expect(process.servers.roles.promote(WITHOUT_LOSS)).rejects.toMatchObject({
        code: expect.stringMatching(/CONFLICT|UNAVAILABLE/),
      });
      await process.servers.roles.promote(BY_FORCE);
      // Also where a process reaches it all along, nothing is acknowledged by the old one any more.
      await late.graph.write([tally('late', 1)]);
      await expectSecondTakesWrites(process, 'after');
      expect((await talliesOn(pair.one)).has('late 1')).toBe(false);
      await firstIsBack(process);
      await expectSecondTakesWrites(process, 'back');
      const kept = await talliesOn(pair.two);
      expect([...kept.keys()].toSorted()).toEqual(['after 1', 'back 1', 'both 1', 'late 1']);
    });

    test('by force and with a Redis that knows nothing, nobody goes back to what the lost primary decided alone', async () => {
      const process = await attached();
      await writeAlone(process);
      // One more change that the standby never heard of.
      const { epoch } = process.servers.keeper.view();
      if (epoch === null) throw new Error('there is an epoch');
      const next = { primary: epoch.primary, standby: 'UNSEEDED' } as const;
      expect(await process.servers.changes.follow(epoch, next, 'test')).toBe(true);
      await loseFirst(process);
      await pair.redis.restart();
      await secondIsBack(process);
      await until(async () => {
        // What held before does for a while.
        const { sights, epoch: held } = await process.servers.keeper.lookAnew();
        return sights.witness === 'EMPTY' && held === null;
      });
      await process.servers.roles.promote(BY_FORCE);
      await expectSecondTakesWrites(process, 'after');
      await firstIsBack(process);
      await expectSecondTakesWrites(process, 'back');
    });

    describe('without Redis', () => {
      test('a standby that has all is promoted by force alone, since nobody can tell that it has', async () => {
        const process = await attached({ redisUrl: null });
        await process.graph.write([tally('both', 1)]);
        await loseFirst(process);
        expect(await process.graph.read(tallied('both'))).toEqual([1]);
        expect(process.servers.standbyReads.soFar()).toEqual({ whole: 0, lagging: 1 });
        await expect(process.servers.roles.promote(WITHOUT_LOSS)).rejects.toMatchObject({
          code: 'CONFLICT',
          message: expect.stringContaining('Without Redis'),
        });
        await process.servers.roles.promote(BY_FORCE);
        await expectSecondTakesWrites(process, 'after');
        await firstIsBack(process);
        await expectSecondTakesWrites(process, 'back');
        expect([...(await talliesOn(pair.two)).keys()].toSorted()).toEqual(['after 1', 'back 1', 'both 1']);
      });

      test('one that lags, and whose register does not know of it, is not taken for one that has all', async () => {
        const process = await attached({ redisUrl: null });
        await writeAlone(process);
        await loseFirst(process);
        await secondIsBack(process);
        await expect(process.servers.roles.promote(WITHOUT_LOSS)).rejects.toMatchObject({ code: 'CONFLICT' });
        await process.servers.roles.promote(BY_FORCE);
        await expectSecondTakesWrites(process, 'after');
        await firstIsBack(process);
        await expectSecondTakesWrites(process, 'back');
        expect((await talliesOn(pair.two)).has('alone 1')).toBe(false);
      });

      test('a process that reaches the old primary alone goes on there, which is why that one has to be switched off', async () => {
        const process = await attached({ redisUrl: null });
        const between = await openBoltProxy(pair.two);
        const late = await openProcess({ one: pair.one, two: between, redisUrl: null });
        open.push(late);
        between.refuse();
        await loseFirst(process);
        await process.servers.roles.promote(BY_FORCE);
        await late.graph.write([tally('late', 1)], { timeoutMs: 20_000 });
        await expectSecondTakesWrites(process, 'after');
        await firstIsBack(process);
        await expectSecondTakesWrites(process, 'back');
        expect((await talliesOn(pair.two)).has('late 1')).toBe(false);
        await between.close();
      });
    });

    test('a filling that was given up meanwhile does nothing more to what others have filled', async () => {
      const process = await start();
      const { servers } = process;
      for (let write = 0; write < 3; write++) await process.graph.write([tally('kept', write)]);
      let others: Promise<void> | null = null;
      const given = servers.roles.reseed({
        onProgress: () => {
          others ??= (async () => {
            await endHeld(servers, 'UNSEEDED');
            await servers.roles.reseed({ onProgress: () => undefined });
          })();
        },
      });
      await expect(given).rejects.toMatchObject({ code: 'CONFLICT' });
      await others;
      await servers.roles.attach(never);
      await process.graph.write([tally('kept', 3)]);
      expect(modeOf(process)).toBe('ATTACHED');
      expect(await checksumOf(pair.one)).toBe(await checksumOf(pair.two));
    });

    test('a filling is not taken from whoever is at it, nor is the standby promoted', async () => {
      const [process, other] = [await start(), await start()];
      await process.graph.write([tally('kept', 1)]);
      const refused: unknown[] = [];
      const others = once(async () => {
        const { roles } = other.servers;
        for (const call of [
          () => roles.reseed({ onProgress: () => undefined }),
          () => roles.promote(BY_FORCE),
        ])
          await call().catch((error: unknown) => refused.push(error));
      });
      const { read } = process.servers.first.store;
      Object.assign(process.servers.first.store, {
        read: async (...given: Parameters<typeof read>) => {
          if (given[0].name === 'standby.logged') await others.run();
          return read(...given);
        },
      });
      await process.servers.roles.reseed({ onProgress: () => undefined });
      expect(refused).toMatchObject([{ code: 'CONFLICT' }, { code: 'CONFLICT' }]);
      await process.servers.roles.attach(never);
      expect(await checksumOf(pair.one)).toBe(await checksumOf(pair.two));
    });

    test('a filling that comes too late takes nothing from a standby that others have attached', async () => {
      const { servers } = await start();
      const { roles, changes, keeper, second } = servers;
      await roles.reseed({ onProgress: () => undefined });
      const others = once(() => roles.attach(never));
      const { settle } = changes;
      let isFilling = true;
      Object.assign(changes, {
        settle: async () => {
          const before = await settle();
          if (!isFilling) return before;
          isFilling = false;
          await others.run();
          return before;
        },
      });
      const given = roles.reseed({ onProgress: () => undefined });
      await expect(given).rejects.toMatchObject({ code: 'CONFLICT' });
      expect((await keeper.lookAnew()).epoch?.standby).toBe('ATTACHED');
      expect((await second.look()).applied).not.toBeNull();
    });

    test('a standby that others have begun to fill is not promoted by what it said before that', async () => {
      const { servers } = await start();
      const { roles, changes, keeper, first, second } = servers;
      await roles.reseed({ onProgress: () => undefined });
      const others = once(async () => {
        const { epoch } = keeper.view();
        if (epoch === null) throw new Error('there is an epoch');
        await second.writeHere([setApplied(null)]);
        await changes.follow(epoch, { primary: epoch.primary, standby: 'HELD' }, 'test');
      });
      const { settle } = changes;
      Object.assign(changes, {
        settle: async () => {
          const before = await settle();
          await others.run();
          // As one look gives it that the standby has answered before that, and the rest after it.
          return { ...(await settle()), standbyState: before.standbyState };
        },
      });
      await expect(roles.promote(BY_FORCE)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('only in part'),
      });
      expect(keeper.view().primary).toBe(first);
    });

    test('one that was given up once it was done does not say what is on a standby that others fill', async () => {
      const { servers } = await start();
      const { changes, first, second, keeper } = servers;
      const others = once(async () => {
        const stays = await endHeld(servers, 'UNSEEDED');
        await second.writeHere([setApplied(null)]);
        await changes.follow(keeper.view().epoch ?? stays, { ...stays, standby: 'HELD' }, 'test');
      });
      const { read } = first.store;
      Object.assign(first.store, {
        read: async (...given: Parameters<typeof read>) => {
          const rows = await read(...given);
          if (given[0].name === 'standby.logged') await others.run();
          return rows;
        },
      });
      const given = servers.roles.reseed({ onProgress: () => undefined });
      await expect(given).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(others.hasRun()).toBe(true);
      expect((await second.look()).applied).toBeNull();
    });

    test('a change of places that was given up meanwhile says of no server what is on it', async () => {
      const { servers } = await attached();
      const { first } = servers;
      const others = once(() => endHeld(servers, 'DETACHED'));
      const { revision } = first.store;
      Object.assign(first.store, {
        revision: async () => {
          await others.run();
          return revision();
        },
      });
      await expect(servers.roles.changePlaces('test')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(others.hasRun()).toBe(true);
      expect((await first.look()).applied).toBeNull();
    });

    describe('a change of places that is broken off', () => {
      const upkeepOf = ({ servers }: Process) => {
        const leading = new AbortController();
        const running = createUpkeep({ servers, log: createLog({ level: 'silent' }), ...UPKEEP }).run(
          leading.signal,
        );
        return async () => {
          leading.abort();
          await running;
        };
      };

      test.each(['before the standby has all', 'before the standby is told'])(
        '%s leaves the servers as they were, and nothing has to be filled',
        async (moment) => {
          const process = await attached();
          const { graph, servers } = process;
          await graph.write([tally('kept', 1)]);
          const name = moment === 'before the standby has all' ? 'writeHere' : 'raise';
          const whole = servers.second[name];
          let isBroken = false;
          Object.assign(servers.second, {
            [name]: (...given: readonly unknown[]) => {
              const isHeld = servers.keeper.view().epoch?.standby === 'HELD';
              if (!isHeld || isBroken) return (whole as (...all: readonly unknown[]) => unknown)(...given);
              isBroken = true;
              return Promise.reject(new Error('broken off'));
            },
          });
          const stop = upkeepOf(process);
          await servers.roles.changePlaces('test').catch(() => undefined);
          expect(isBroken).toBe(true);
          // Of those who see that nothing moves any more, the one with the least patience has writes go on.
          await start({ bounds: { heldMs: SOON_MS } });
          await until(() => modeOf(process) === 'ATTACHED');
          await graph.write([tally('kept', 2)]);
          await stop();
          expect(await graph.read(tallied('kept'))).toEqual([2]);
          expect(await checksumOf(pair.one)).toBe(await checksumOf(pair.two));
        },
      );
    });
  },
);

/** As others do for whom writes waited for too long. Gives the epoch in which they waited. */
async function endHeld(
  { keeper, changes }: Process['servers'],
  standby: 'DETACHED' | 'UNSEEDED',
): Promise<Epoch> {
  const { epoch } = await keeper.lookAnew();
  if (epoch?.standby !== 'HELD') throw new Error('writes wait');
  expect(await changes.follow(epoch, { primary: epoch.primary, standby }, 'test')).toBe(true);
  return epoch;
}

function once(run: () => Promise<unknown>) {
  let isRun = false;
  return {
    hasRun: () => isRun,
    run: async () => {
      if (isRun) return;
      isRun = true;
      await run();
    },
  };
}
