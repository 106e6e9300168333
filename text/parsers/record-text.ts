/** A record (a JSON value, a row of CSV) as text that people can read: a line `path: value` for each value. */

import { nestsTooDeep, requireTextFits } from './limits.ts';

/** Objects and lists nest this deep at most. */
const NESTING_MAX = 100;

/** In the record's own order; empty values are left out. Throws when it nests too deep or unfolds too far. */
export function renderRecord(record: unknown): string {
  const lines: string[] = [];
  let chars = 0;
  const addLines = (value: unknown, path: string, level: number): void => {
    if (typeof value !== 'object') {
      if (typeof value === 'string' && value.trim() === '') return;
      const line = path === '' ? String(value) : `${path}: ${value}`;
      chars += line.length;
      // A long path before many values would unfold without end.
      requireTextFits(chars);
      lines.push(line);
    } else if (value !== null) {
      if (level === NESTING_MAX) throw nestsTooDeep('JSON', NESTING_MAX);
      if (Array.isArray(value)) for (const item of value) addLines(item, path, level + 1);
      else
        for (const [key, inner] of Object.entries(value))
          addLines(inner, path === '' ? key : `${path}.${key}`, level + 1);
    }
  };
  addLines(record, '', 0);
  return lines.join('\n');
}
