/**
 * A connection that stays with the master, whichever node that is: each time it has to connect it asks the Sentinels,
 * and it leaves a node that is not the master any more. To whoever has it, a failover is an outage of some seconds.
 *
 * The client's own `createSentinel` is a pool of another shape, which BullMQ cannot use; inside is one plain client
 * after another.
 */

import { EventEmitter } from 'node:events';
import { pause } from '../pause.ts';
import type { ConnectionOptions, RedisConnection } from './connection.ts';
import type { RedisAddress, Sentinels } from './sentinels.ts';

/** Tries to connect are this far apart, doubled from try to try, in ms. */
const RETRY_MS_FIRST = 50;
const RETRY_MS_MAX = 1_000;

export interface MasterConnectionOptions extends Pick<ConnectionOptions, 'offline'> {
  readonly sentinels: Sentinels;
  /** A plain client for this node, which does not connect again by itself. */
  readonly clientOf: (address: RedisAddress) => RedisConnection;
}

type Listener = Parameters<RedisConnection['subscribe']>[1];
type Commands = Readonly<Record<PropertyKey, (...given: readonly unknown[]) => unknown>>;

export function createMasterConnection(options: MasterConnectionOptions): RedisConnection {
  const { offline } = options;
  // Never connected: it shows what a client has, and refuses as a closed one does.
  const closed = options.clientOf({ host: 'no-master', port: 1 });
  const follower = new Follower(options);
  const call =
    (name: PropertyKey) =>
    (...given: readonly unknown[]) => {
      const on = (client: RedisConnection) => (client as unknown as Commands)[name]?.(...given);
      const master = follower.master();
      if (master !== null) return on(master);
      // What is gathered into a transaction is no promise, and has to be somewhere at once.
      const waits = offline === 'wait' && follower.isOpen() && String(name).toLowerCase() !== 'multi';
      return waits ? follower.ready().then(on) : on(closed);
    };
  const own = new Map<PropertyKey, unknown>([
    ['connect', () => follower.open().then(() => connection)],
    ['subscribe', (channel: string, listener: Listener) => follower.subscribe(channel, listener)],
    ...['destroy', 'close', 'quit', 'disconnect'].map(
      (name) => [name, async () => follower.close()] as const,
    ),
    ...(['on', 'once', 'off', 'addListener', 'removeListener'] as const).map(
      (name) =>
        [
          name,
          (event: string, listener: (...given: unknown[]) => void) => {
            follower.events[name](event, listener);
            return connection;
          },
        ] as const,
    ),
  ]);
  const connection: RedisConnection = new Proxy(closed, {
    get: (_, name) => {
      if (name === 'isOpen') return follower.isOpen();
      if (name === 'isReady') return follower.master() !== null;
      if (own.has(name)) return own.get(name);
      const value: unknown = Reflect.get(closed, name, closed);
      return typeof value === 'function' && name !== 'constructor' ? call(name) : value;
    },
    set: (_, name, value) => {
      own.set(name, value);
      return true;
    },
  });
  return connection;
}

/** Which client is the master's now, and the way to the next one. */
class Follower {
  readonly events = new EventEmitter();
  readonly #options: MasterConnectionOptions;
  readonly #subscriptions = new Map<string, Set<Listener>>();
  #current: { readonly client: RedisConnection; readonly address: RedisAddress } | null = null;
  #stopping: AbortController | null = null;
  #ready = Promise.withResolvers<RedisConnection>();
  #unwatch: () => void = () => undefined;

  constructor(options: MasterConnectionOptions) {
    this.#options = options;
    // A client without listeners must not end the process.
    this.events.on('error', () => undefined);
    this.#ready.promise.catch(() => undefined);
  }

  master(): RedisConnection | null {
    return this.#current?.client.isReady ? this.#current.client : null;
  }

  isOpen(): boolean {
    return this.#stopping !== null;
  }

  ready(): Promise<RedisConnection> {
    return this.#ready.promise;
  }

  /** Resolves once it is connected, however long that takes. */
  async open(): Promise<void> {
    if (this.#stopping !== null) throw new Error('The connection is open already.');
    this.#stopping = new AbortController();
    this.#unwatch = this.#options.sentinels.watch((address) => this.#leaveUnless(address));
    await this.#connect(this.#stopping.signal);
  }

  async subscribe(channel: string, listener: Listener): Promise<void> {
    this.#subscriptions.set(channel, (this.#subscriptions.get(channel) ?? new Set()).add(listener));
    // Before there is a master it is subscribed with the rest, as soon as there is one.
    await this.master()?.subscribe(channel, listener);
  }

  close(): void {
    this.#stopping?.abort();
    this.#stopping = null;
    this.#unwatch();
    const client = this.#current?.client;
    this.#current = null;
    if (client?.isOpen) client.destroy();
    this.#ready.reject(new Error('The client is closed'));
    this.#ready = Promise.withResolvers();
    this.#ready.promise.catch(() => undefined);
    this.events.emit('end');
  }

  async #connect(signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        return await this.#connectOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.events.emit('error', error);
        await pause(Math.min(RETRY_MS_FIRST * 2 ** tries, RETRY_MS_MAX), signal);
      }
    }
  }

  async #connectOnce(signal: AbortSignal): Promise<void> {
    const { address } = await this.#options.sentinels.look();
    const client = this.#options.clientOf(address);
    client.on('error', (error: Error) => this.#lose(client, error));
    try {
      await client.connect();
      // Sentinels may not know yet, and a node that was the master until now would refuse every write.
      const role = (await client.role())?.role;
      if (role !== 'master')
        throw new Error(`${address.host}:${address.port} is a ${role}, and not the master yet.`);
      for (const [channel, listeners] of this.#subscriptions)
        for (const listener of listeners) await client.subscribe(channel, listener);
      signal.throwIfAborted();
    } catch (error) {
      if (client.isOpen) client.destroy();
      throw error;
    }
    this.#current = { client, address };
    this.#ready.resolve(client);
    this.events.emit('ready');
  }

  #leaveUnless({ host, port }: RedisAddress): void {
    const current = this.#current;
    if (current === null || (current.address.host === host && current.address.port === port)) return;
    current.client.destroy();
    this.#lose(current.client, new Error(`${host}:${port} is the master now.`));
  }

  #lose(client: RedisConnection, error: Error): void {
    if (this.#current?.client !== client || client.isReady || this.#stopping === null) return;
    this.#current = null;
    this.#ready = Promise.withResolvers();
    this.#ready.promise.catch(() => undefined);
    this.events.emit('error', error);
    this.events.emit('reconnecting');
    void this.#connect(this.#stopping.signal);
  }
}
