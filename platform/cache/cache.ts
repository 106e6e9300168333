/**
 * A cache in two layers: this process's memory, and Redis where several processes share it. It fails open: whatever
 * is wrong with Redis, a value is simply not there, and nobody waits for it longer than a moment.
 */

import { createRequire } from 'node:module';
import { ConsecutiveBreaker, circuitBreaker, handleAll, TimeoutStrategy, timeout, wrap } from 'cockatiel';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { closeConnection, openConnection } from '../redis/connection.ts';
import type { Redis } from '../redis/redis.ts';

export interface Cache<Value> {
  /** Begins to connect; never waits. */
  open(): void;
  /** Null when it is not there, or could not be had in time. Never rejects. */
  get(key: string): Promise<Value | null>;
  /** Keeps it for others to find, if that is possible. Never rejects, never waits. */
  set(key: string, value: Value): void;
  /** Idempotent. */
  close(): void;
}

/** How a value travels to other processes. */
export interface Codec<Value> {
  encode(value: Value): string;
  /** Null for what is not such a value. */
  decode(text: string): Value | null;
}

const require = createRequire(import.meta.url);
/** Loaded by the first cache that is shared: one process alone starts sooner without. */
const keyvOnRedis = () => require('@keyv/redis') as typeof import('@keyv/redis');

const DEFAULTS = {
  /** Values in this process's memory. */
  entriesMax: 10_000,
  /** How long the shared layer keeps a value, in ms. */
  sharedForMs: 24 * 3_600_000,
  /** How long the shared layer is waited for, in ms. */
  waitMs: 50,
};
/** After so many failures in a row the shared layer is left alone for a while, in ms. */
const FAILURES_MAX = 3;
const LEFT_ALONE_MS = 2_000;

export interface CacheOptions<Value extends object | number | string> extends Partial<typeof DEFAULTS> {
  /** What the values are, with the number of their form: `query-embedding.1`. Other forms are never read. */
  readonly name: string;
  readonly codec: Codec<Value>;
  /** The shared layer; null for none. `prefix` keeps installations that share a Redis apart. */
  readonly shared: { readonly redis: Redis; readonly prefix: string } | null;
}

export function createCache<Value extends object | number | string>(
  options: CacheOptions<Value>,
): Cache<Value> {
  const settings = { ...DEFAULTS, ...options };
  // As it is, without Keyv around it: what was set is there at once.
  const local = new LRUCache<string, Value>({ max: settings.entriesMax });
  const shared = settings.shared === null ? null : createSharedLayer(settings, settings.shared);

  return {
    open: () => shared?.open(),
    get: async (key) => {
      const near = local.get(key);
      if (near !== undefined) return near;
      const far = (await shared?.get(key)) ?? null;
      if (far !== null) local.set(key, far);
      return far;
    },
    set: (key, value) => {
      local.set(key, value);
      shared?.set(key, value);
    },
    close: () => shared?.close(),
  };
}

function createSharedLayer<Value extends object | number | string>(
  { name, codec, sharedForMs, waitMs }: CacheOptions<Value> & typeof DEFAULTS,
  { redis, prefix }: { readonly redis: Redis; readonly prefix: string },
): Cache<Value> {
  const connection = redis.connection({ purpose: 'cache', offline: 'refuse' });
  const namespace = `${prefix}:cache:${name}`;
  const { default: KeyvRedis } = keyvOnRedis();
  const store = new KeyvRedis<string>(connection, {
    namespace,
    keyPrefixSeparator: ':',
    throwOnErrors: true,
  });
  const keyv = new Keyv<string>(store, {
    namespace,
    useKeyPrefix: false,
    throwOnErrors: true,
    ttl: sharedForMs,
  });
  // Outages are told once by the connection.
  store.on('error', () => undefined);
  keyv.on('error', () => undefined);
  const bounded = wrap(
    circuitBreaker(handleAll, {
      halfOpenAfter: LEFT_ALONE_MS,
      breaker: new ConsecutiveBreaker(FAILURES_MAX),
    }),
    timeout(waitMs, TimeoutStrategy.Aggressive),
  );
  /** Where there is no connection there is nothing to wait for, and nothing to learn for the breaker. */
  const attempt = async <Result>(run: () => Promise<Result>): Promise<Result | undefined> =>
    connection.isReady ? bounded.execute(run).catch(() => undefined) : undefined;

  return {
    open: () => openConnection(connection),
    get: async (key) => {
      const text = await attempt(() => keyv.get(key));
      return typeof text === 'string' ? codec.decode(text) : null;
    },
    set: (key, value) => void attempt(() => keyv.set(key, codec.encode(value))),
    close: () => closeConnection(connection),
  };
}
