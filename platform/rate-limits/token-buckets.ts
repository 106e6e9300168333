/**
 * Buckets that several charges are taken from together: in Redis, for all who share it; while that is away or slow, in
 * this process, from its share.
 */

import { ConsecutiveBreaker, circuitBreaker, handleAll, TimeoutStrategy, timeout, wrap } from 'cockatiel';
import { closeConnection, openConnection } from '../redis/connection.ts';
import type { Redis } from '../redis/redis.ts';
import type { Charge, Level } from './bucket.ts';
import { createInstances } from './instances.ts';
import { createMemoryBuckets } from './memory-buckets.ts';
import { createRedisBuckets } from './redis-buckets.ts';

export interface TokenBuckets {
  open(): void;
  /** Takes every charge, or none where one is refused; in the order given. */
  take(charges: readonly Charge[]): Promise<readonly Level[]>;
  /** How many processes share the buckets, as far as this one knows. */
  instances(): number;
  close(): void;
}

export interface TokenBucketsOptions {
  /** Null where nothing is shared. `prefix` keeps installations that share a Redis apart. */
  readonly shared: { readonly redis: Redis; readonly prefix: string } | null;
  /** How many processes there are at least; more are found out over Redis. */
  readonly instances: number;
}

/** How long Redis is waited for, in ms, and how long it is let be after it did not answer. */
const WAIT_MS = 100;
const LEFT_ALONE_MS = 1_000;

export function createTokenBuckets({ shared, instances: expected }: TokenBucketsOptions): TokenBuckets {
  const own = createMemoryBuckets();
  const takeOwn = (charges: readonly Charge[], instances: number): readonly Level[] => {
    const levels = charges.map((charge) => own.take(charge, instances));
    for (const charge of toGiveBack(charges, levels)) own.giveBack(charge, instances);
    return levels;
  };
  if (shared === null)
    return {
      open: () => undefined,
      take: async (charges) => takeOwn(charges, expected),
      instances: () => expected,
      close: () => undefined,
    };

  const connection = shared.redis.connection({ purpose: 'limits', offline: 'refuse' });
  const ours = createRedisBuckets({ connection, prefix: shared.prefix });
  const instances = createInstances({ connection, prefix: shared.prefix, expected });
  const soon = wrap(
    circuitBreaker(handleAll, { halfOpenAfter: LEFT_ALONE_MS, breaker: new ConsecutiveBreaker(1) }),
    timeout(WAIT_MS, TimeoutStrategy.Aggressive),
  );
  const takeOurs = async (charges: readonly Charge[]): Promise<readonly Level[]> => {
    const levels = await Promise.all(charges.map(ours.take));
    const back = toGiveBack(charges, levels);
    if (back.length > 0) await Promise.all(back.map(ours.giveBack));
    return levels;
  };
  return {
    open: () => {
      openConnection(connection);
      instances.open();
    },
    take: async (charges) => {
      if (!connection.isReady) return takeOwn(charges, instances.count());
      return soon.execute(() => takeOurs(charges)).catch(() => takeOwn(charges, instances.count()));
    },
    instances: instances.count,
    close: () => {
      instances.close();
      closeConnection(connection);
    },
  };
}

/** What was taken although another charge was refused. */
function toGiveBack(charges: readonly Charge[], levels: readonly Level[]): readonly Charge[] {
  if (levels.every(({ waitMs }) => waitMs === 0)) return [];
  return charges.filter((_, at) => levels[at]?.waitMs === 0);
}
