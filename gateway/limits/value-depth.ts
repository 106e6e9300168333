/**
 * How deep the values of variables nest. Whoever reads them goes down with them, to the end of the stack; nothing that
 * the schema takes nests further than a few levels.
 */

import { Problem } from '../../platform/errors.ts';

/** Far more than metadata may have. */
const LEVELS_MAX = 100;

/** Throws QUERY_TOO_COMPLEX. Goes down level by level, and so by no stack. */
export function refuseDeepValues(variables: Readonly<Record<string, unknown>>): void {
  let level: readonly object[] = [variables];
  for (let depth = 0; level.length > 0; depth++) {
    // The variables themselves are no level.
    if (depth > LEVELS_MAX) {
      const detail = `The variables nest deeper than ${LEVELS_MAX} levels, which is the limit. Send values that are flat.`;
      throw new Problem('QUERY_TOO_COMPLEX', detail);
    }
    level = level.flatMap((value) => Object.values(value).filter(isNested));
  }
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
