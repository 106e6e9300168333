/** Messages between processes over Redis's publish and subscribe. */

import { randomUUID } from 'node:crypto';
import type { Channel } from '../channel.ts';
import { closeConnection, openConnection } from './connection.ts';
import type { Redis } from './redis.ts';

export interface RedisChannelOptions {
  readonly redis: Redis;
  readonly name: string;
}

export function createRedisChannel({ redis, name }: RedisChannelOptions): Channel {
  const publisher = redis.connection({ purpose: 'publisher', offline: 'refuse' });
  // It subscribes again by itself whenever the connection comes back.
  const subscriber = redis.connection({ purpose: 'subscriber', offline: 'wait' });
  /** Marks what comes from here, which Redis sends back like everything else. */
  const origin = randomUUID();
  const listeners = new Set<(message: string) => void>();

  const receive = (text: string) => {
    if (text.startsWith(origin)) return;
    for (const listener of listeners) listener(text.slice(origin.length));
  };
  return {
    open: () => {
      openConnection(publisher);
      openConnection(subscriber);
      subscriber.subscribe(name, receive).catch(() => undefined);
    },
    publish: (message) => {
      if (publisher.isReady) publisher.publish(name, origin + message).catch(() => undefined);
    },
    listen: (listener) => {
      listeners.add(listener);
    },
    isConnected: () => subscriber.isReady,
    close: () => {
      closeConnection(publisher);
      closeConnection(subscriber);
    },
  };
}
