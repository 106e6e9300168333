/** Buckets of this process alone. */

import { LRUCache } from 'lru-cache';
import { type Charge, type Level, takeFrom } from './bucket.ts';

/** Buckets that are not full; the one that was asked longest ago is forgotten, and so full again. */
const BUCKETS_MAX = 100_000;

export interface MemoryBuckets {
  /** Takes from a share, where so many instances have one each. */
  take(charge: Charge, instances: number): Level;
  giveBack(charge: Charge, instances: number): void;
}

/** `now`: ms on a clock that is never set back. */
export function createMemoryBuckets(now: () => number = () => performance.now()): MemoryBuckets {
  const fullAt = new LRUCache<string, number>({ max: BUCKETS_MAX });
  const take: MemoryBuckets['take'] = (charge, instances) => {
    const at = now();
    const filling = takeFrom({ fullAt: fullAt.get(charge.key) ?? at, now: at }, charge, instances);
    if (filling.waitMs === 0) fullAt.set(charge.key, filling.fullAt);
    return filling;
  };
  return {
    take,
    giveBack: (charge, instances) => void take({ ...charge, points: -charge.points }, instances),
  };
}
