/** What a filter may ask, the same on every engine: checked here, so that none accepts what another refuses. */

import type { DocumentFilter, MetadataCondition } from '../../model/filter.ts';
import { badInput } from '../../platform/errors.ts';

/** Conditions on metadata in one filter. */
const METADATA_CONDITIONS_MAX = 100;
/** Names, dates and codes are compared, not passages: an index keeps the order of this much of a text. */
export const TEXT_BOUND_BYTES_MAX = 95;

/** Whether engines can compare with it; what faces clients asks first, and names the field that it came in. */
export function isBoundTooLong(bound: string | number | undefined): boolean {
  return typeof bound === 'string' && Buffer.byteLength(bound) > TEXT_BOUND_BYTES_MAX;
}

/** Throws BAD_INPUT when a filter asks for more than any engine gives. */
export function checkFilter({ metadata = [] }: DocumentFilter): void {
  if (metadata.length > METADATA_CONDITIONS_MAX)
    throw badInput('filter.metadata', `has more than ${METADATA_CONDITIONS_MAX} conditions`);
  for (const condition of metadata) checkBounds(condition);
}

function checkBounds({ key, atLeast, atMost }: MetadataCondition): void {
  for (const bound of [atLeast, atMost])
    if (isBoundTooLong(bound))
      throw badInput(
        'filter.metadata',
        `a bound on ${key} has more than ${TEXT_BOUND_BYTES_MAX} bytes; give its beginning`,
      );
}

/** The moment that a bound of the filter names. */
export function momentOf(field: 'updatedAfter' | 'updatedBefore', value: string): Date {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime()))
    throw badInput(`filter.${field}`, 'is not a time such as 2026-01-31T12:00:00Z');
  return moment;
}
