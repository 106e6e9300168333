import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { openConnection } from '../../../platform/redis/connection.ts';
import { createRedis, type Redis } from '../../../platform/redis/redis.ts';
import { createRedisChannel } from '../../../platform/redis/redis-channel.ts';
import { createSentinels } from '../../../platform/redis/sentinels.ts';
import { redisMissing } from '../../servers/redis.ts';
import { type ReplicatedRedis, startReplicatedRedis } from '../../servers/sentinels.ts';

const POLL = { timeout: 60_000, interval: 50 };
const PASSWORDS = { password: 'of-nodes', sentinelPassword: 'of-sentinels' };

describe.skipIf(redisMissing !== null)('Redis behind Sentinels', { timeout: 120_000 }, () => {
  let servers: ReplicatedRedis;
  let redis: Redis;
  const open = () => {
    const { sentinels: addresses, name } = servers;
    const sentinels = createSentinels({ addresses, name, password: () => PASSWORDS.sentinelPassword });
    const url = `redis://:${PASSWORDS.password}@not-used:1/1`;
    return createRedis({ url, sentinels, log: createLog({ level: 'silent' }) });
  };
  beforeEach(async () => {
    servers = await startReplicatedRedis({ downAfterMs: 500, ...PASSWORDS });
    redis = open();
    redis.open();
    await expect.poll(async () => (await redis.health()).state, POLL).toBe('UP');
  }, 60_000);
  afterEach(async () => {
    redis.close();
    await servers.close();
  });
  const portOf = async () => /master 127\.0\.0\.1:(\d+)/.exec((await redis.health()).engine)?.[1];

  test('is found with the passwords of nodes and of Sentinels, and its master is named', async () => {
    const { engine, detail } = await redis.health();
    expect(engine).toMatch(
      new RegExp(`^Redis \\d+\\.\\d+\\S*, master 127\\.0\\.0\\.1:${servers.nodes[0]?.port}$`),
    );
    expect(detail).toBeUndefined();
    const connection = redis.connection({ purpose: 'test', offline: 'wait' });
    openConnection(connection);
    // What is asked before it is connected waits; the database of the address is used.
    await connection.set('key', 'value');
    expect(await servers.nodes[0]?.command('DBSIZE')).toBe(0);
    expect(await connection.get('key')).toBe('value');
    expect(await connection.multi().set('a', '1').get('a').exec()).toEqual(['OK', '1']);
    connection.destroy();
    await expect(connection.get('key')).rejects.toThrow('closed');
  });

  test('a master that dies is followed to the next one, with what was subscribed', async () => {
    const waiting = redis.connection({ purpose: 'test', offline: 'wait' });
    const refusing = redis.connection({ purpose: 'test', offline: 'refuse' });
    for (const connection of [waiting, refusing]) openConnection(connection);
    const channels = [open(), open()].map((each) => createRedisChannel({ redis: each, name: 'news' }));
    const heard: string[] = [];
    channels[1]?.listen((message) => heard.push(message));
    for (const channel of channels) channel.open();
    const isHeard = () => {
      channels[0]?.publish('hello');
      return heard.length > 0;
    };
    await expect.poll(isHeard, POLL).toBe(true);
    await expect.poll(() => refusing.isReady, POLL).toBe(true);
    const before = await servers.master();

    await before.kill();
    await expect.poll(() => refusing.isReady, POLL).toBe(false);
    await expect(refusing.set('key', 'refused')).rejects.toThrow();
    const kept = expect.poll(() => waiting.set('key', 'kept').catch(() => null), POLL).toBe('OK');
    await expect
      .poll(async () => (await redis.health()).detail, POLL)
      .toMatch(/A failover is under way|no replica could take its place/);
    await kept;
    heard.length = 0;
    await expect.poll(isHeard, POLL).toBe(true);
    await expect.poll(() => refusing.set('key', 'again').catch(() => null), POLL).toBe('OK');
    expect(await portOf()).not.toBe(String(before.port));
    // Works, and says that there is nothing left to fail over to.
    expect(await redis.health()).toMatchObject({
      state: 'DEGRADED',
      detail: expect.stringContaining('no replica'),
    });
    await before.restart();
    await expect.poll(async () => (await redis.health()).state, POLL).toBe('UP');
    for (const channel of channels) channel.close();
    for (const connection of [waiting, refusing]) connection.destroy();
  });

  test('a master that hangs, its connections open, is left as soon as there is another', async () => {
    const before = await servers.master();
    const connection = redis.connection({ purpose: 'test', offline: 'wait' });
    openConnection(connection);
    await connection.set('key', 'value');
    await before.freeze();
    await expect.poll(async () => (await servers.master()).port, POLL).not.toBe(before.port);
    await expect.poll(() => portOf(), POLL).not.toBe(String(before.port));
    await expect.poll(() => connection.set('key', 'other').catch(() => null), POLL).toBe('OK');
    before.thaw();
    connection.destroy();
  });

  test('Sentinels that are away cost a word, and not Redis', async () => {
    await servers.sentinelNodes[0]?.kill();
    await expect.poll(async () => (await redis.health()).state, POLL).toBe('UP');
    await servers.sentinelNodes[1]?.kill();
    await expect.poll(async () => (await redis.health()).detail, POLL).toContain('only 1 of 3 Sentinels');
    await servers.sentinelNodes[2]?.kill();
    await expect.poll(async () => (await redis.health()).detail, POLL).toContain('None of the Sentinels');
    expect((await redis.health()).state).toBe('DEGRADED');
    const one = open();
    const connection = one.connection({ purpose: 'test', offline: 'refuse' });
    openConnection(connection);
    // Closes while it looks for a master that nobody names.
    connection.destroy();
    one.close();
  });
});
