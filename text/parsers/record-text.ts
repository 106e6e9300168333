/** A record (a JSON value, a row of CSV) as text that people can read: a line `path: value` for each value. */

import { nestsDeeperThan } from './exact-json.ts';
import { nestsTooDeep, requireTextFits } from './limits.ts';

/** Objects and lists nest this deep at most. */
const NESTING_MAX = 100;

/** In the record's own order; empty values are left out. Throws when it nests too deep or unfolds too far. */
export function renderRecord(record: unknown): string {
  if (nestsDeeperThan(record, NESTING_MAX)) throw nestsTooDeep('JSON', NESTING_MAX);
  const lines: string[] = [];
  let chars = 0;
  for (const [path, value] of leaves(record, '')) {
    const line = path === '' ? value : `${path}: ${value}`;
    chars += line.length;
    // A long path before many values would unfold without end.
    requireTextFits(chars);
    lines.push(line);
  }
  return lines.join('\n');
}

function* leaves(value: unknown, path: string): Generator<readonly [path: string, value: string]> {
  if (value === null || (typeof value === 'string' && value.trim() === '')) return;
  if (typeof value !== 'object') {
    yield [path, String(value)];
    return;
  }
  for (const [key, inner] of Object.entries(value as object)) {
    yield* leaves(inner, Array.isArray(value) ? path : path === '' ? key : `${path}.${key}`);
  }
}
