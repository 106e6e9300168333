/** From a condition as clients write it, with texts and numbers apart, to the one condition it means. */

import type { MetadataCondition } from '../../model/filter.ts';
import { badInput } from '../../platform/errors.ts';
import type { MetadataFilter } from './resolver-types.generated.ts';

/** One condition, so that all that is asked holds for one and the same element of a list. */
export function toCondition(asked: MetadataFilter, at: number): MetadataCondition {
  const { key, inNumbers, is, exists } = asked;
  const atLeast = bound(asked.atLeast, asked.from);
  const atMost = bound(asked.atMost, asked.to);
  if (
    atLeast === 'BOTH' ||
    atMost === 'BOTH' ||
    (atLeast && atMost && typeof atLeast[0] !== typeof atMost[0])
  ) {
    const message =
      'bounds numbers ("atLeast", "atMost") and texts ("from", "to") at once, and no value is both. Give one of the two.';
    throw badInput(`filter.metadata.${at}`, message);
  }
  const asksAmong = asked.in || inNumbers || typeof is === 'boolean';
  const among = [...(asked.in ?? []), ...(inNumbers ?? []), ...(typeof is === 'boolean' ? [is] : [])];
  return {
    key,
    ...(asksAmong ? { in: among } : {}),
    ...(atLeast ? { atLeast: atLeast[0] } : {}),
    ...(atMost ? { atMost: atMost[0] } : {}),
    ...(typeof exists === 'boolean' ? { exists } : {}),
  };
}

/** A bound where one is given; zero and the empty text are bounds, too. */
function bound(
  number: number | null | undefined,
  text: string | null | undefined,
): readonly [number | string] | 'BOTH' | null {
  if (typeof number === 'number' && typeof text === 'string') return 'BOTH';
  const given = number ?? text;
  return given === null || given === undefined ? null : [given];
}
