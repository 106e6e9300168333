/** From one vector a token to one vector a text. */

import { toUnitLength } from './unit-length.ts';

/** `states` is `[tokens, dimensions]` row by row, without padding; gives `[dimensions]` at unit length. */
export function poolTokens(
  states: Float32Array,
  dimensions: number,
  pooling: 'mean' | 'cls' | 'last_token',
): Float32Array {
  if (pooling === 'cls') return toUnitLength(states.slice(0, dimensions));
  if (pooling === 'last_token') return toUnitLength(states.slice(-dimensions));
  // The sum points where the mean points; the length is scaled away.
  const sum = new Float32Array(dimensions);
  states.forEach((value, at) => {
    sum[at % dimensions] = (sum[at % dimensions] ?? 0) + value;
  });
  return toUnitLength(sum);
}
