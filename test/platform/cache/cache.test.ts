import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cache, type Codec, createCache } from '../../../platform/cache/cache.ts';
import { createLog } from '../../../platform/log.ts';
import { createRedis, type Redis } from '../../../platform/redis/redis.ts';
import { type RedisServer, redisMissing, startRedis } from '../../servers/redis.ts';

const codec: Codec<number> = {
  encode: String,
  decode: (text) => (Number.isNaN(Number(text)) ? null : Number(text)),
};
const eventually = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: 20_000, interval: 10 });

describe('a cache of one process', () => {
  const create = (entriesMax: number) => createCache({ name: 'test.1', codec, shared: null, entriesMax });

  test('gives back what was set, and null for what was not', async () => {
    const cache = create(10);
    cache.open();
    cache.set('a', 0);
    expect(await cache.get('a')).toBe(0);
    expect(await cache.get('b')).toBeNull();
    cache.close();
  });

  test('forgets what was used least when it is full', async () => {
    const cache = create(2);
    cache.set('a', 1);
    cache.set('b', 2);
    await cache.get('a');
    cache.set('c', 3);
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual([1, null, 3]);
  });
});

describe.skipIf(redisMissing !== null)('a cache of several processes', () => {
  const log = createLog({ level: 'silent' });
  let server: RedisServer;
  let redis: Redis;
  const caches: Cache<number>[] = [];
  const open = (
    options: { readonly prefix?: string; readonly name?: string; readonly waitMs?: number } = {},
  ) => {
    const { prefix = 'test', name = 'number.1', waitMs = 5_000 } = options;
    const cache = createCache({ name, codec, shared: { redis, prefix }, waitMs });
    cache.open();
    caches.push(cache);
    return cache;
  };
  const stored = (key: string, namespace = 'test:cache:number.1') =>
    server.command('GET', `${namespace}:${key}`);
  beforeEach(async () => {
    server = await startRedis();
    redis = createRedis({ url: server.url, log });
  });
  afterEach(async () => {
    for (const cache of caches.splice(0)) cache.close();
    redis.close();
    await server.close();
  });

  /** Sets until it has arrived: nobody waits for a connection. */
  const share = (cache: Cache<number>, key: string, value: number) =>
    eventually(async () => {
      cache.set(key, value);
      expect(await stored(key)).not.toBeNull();
    });

  test('what one sets another finds, for as long as it is kept', async () => {
    const [one, other] = [open(), open()];
    await share(one, 'a', 7);
    await eventually(async () => expect(await other.get('a')).toBe(7));
    expect(await server.command('PTTL', 'test:cache:number.1:a')).toBeGreaterThan(0);
  });

  test('installations and forms of values are apart', async () => {
    const one = open();
    await share(one, 'a', 7);
    const here = open();
    await eventually(async () => expect(await here.get('a')).toBe(7));
    for (const other of [open({ prefix: 'other' }), open({ name: 'number.2' })]) {
      await eventually(async () => {
        other.set('there', 1);
        expect(await server.command('KEYS', '*:there')).not.toEqual([]);
      });
      expect(await other.get('a')).toBeNull();
    }
  });

  test('what is no such value is not there', async () => {
    const cache = open();
    await share(cache, 'probe', 1);
    await server.command('SET', 'test:cache:number.1:a', JSON.stringify({ value: 'no number' }));
    await server.command('SET', 'test:cache:number.1:b', 'not even JSON');
    expect(await cache.get('a')).toBeNull();
    expect(await cache.get('b')).toBeNull();
  });

  test('without Redis it is a cache of one process, and with it again one of several', async () => {
    const [one, other] = [open(), open()];
    await share(one, 'before', 1);
    await server.kill();
    expect(await other.get('before')).toBeNull();
    one.set('during', 2);
    expect(await one.get('during')).toBe(2);
    await server.restart();
    await share(one, 'after', 3);
    await eventually(async () => expect(await other.get('after')).toBe(3));
  });

  test('a Redis that hangs is not waited for', async () => {
    const cache = open({ waitMs: 20 });
    await share(cache, 'near', 1);
    await server.freeze();
    expect(await cache.get('near')).toBe(1);
    for (let at = 0; at < 5; at++) expect(await cache.get(`far${at}`)).toBeNull();
    server.thaw();
    await share(cache, 'again', 2);
  });

  test('opens without Redis, and closes with it hanging', async () => {
    await server.kill();
    const cache = open();
    expect(await cache.get('a')).toBeNull();
    await server.restart();
    await share(cache, 'a', 1);
    await server.freeze();
    cache.close();
    expect(await cache.get('b')).toBeNull();
    server.thaw();
  });
});
