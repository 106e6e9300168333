/** JSON as JavaScript values that say what was written: integers too large for a number stay text. */

/** Only texts with this many digits in a row can hold one. */
const MANY_DIGITS = /\d{16}/;

/** Throws what `JSON.parse` throws. An integer beyond ±2^53 becomes a string with its digits. */
export function parseJson(text: string): unknown {
  return MANY_DIGITS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/** The third argument is of ECMAScript 2025 and not in every type library yet. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source ?? '';
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
}

/** Whether objects and lists inside each other are more than `levels`; looks without recursion, at `levels` at most. */
export function nestsDeeperThan(value: unknown, levels: number): boolean {
  let row: readonly unknown[] = [value];
  for (let level = 0; level <= levels; level++) {
    row = row.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (row.length === 0) return false;
  }
  return true;
}
