/** Choices out of one stream of random numbers, so that a seed and a number say the whole of a request. */

import { type Random, randomFrom } from '../../gateway/execution/random-operation.ts';

export interface Chance {
  readonly random: Random;
  /** True this often, 0 to 1. */
  happens(share: number): boolean;
  /** A whole number from 0 to `below`, without it. */
  upTo(below: number): number;
  pick<Value>(values: readonly Value[]): Value;
  bytes(length: number): Buffer;
}

/** The same choices for the same seed and number. */
export function chanceOf(seed: number, at: number): Chance {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca6b));
  const upTo = (below: number) => Math.floor(random() * below);
  return {
    random,
    upTo,
    happens: (share) => random() < share,
    pick: (values) => {
      const picked = values[upTo(values.length)];
      if (picked === undefined && values.length === 0) throw new Error('there is nothing to pick from');
      return picked as (typeof values)[number];
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => upTo(256))),
  };
}
