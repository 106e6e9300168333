/** Values that somebody did not think of: texts, numbers, and things where there should be others. */

import type { Chance } from './chance.ts';

const times = (count: number, piece: string) => piece.repeat(count);

export const TEXTS: readonly string[] = [
  '',
  ' ',
  'x',
  'Ada Lovelace',
  'notes',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfffb',
  '\u202eevil',
  '\ufeffx',
  '\u2028\u2029',
  '\r\nSet-Cookie: a=b',
  `a${times(1_000, '\u0301')}`,
  '👩‍👩‍👧‍👦',
  'ﷺ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '$id',
  '$tenant',
  '`',
  '\\',
  '\\u0027',
  "' OR 1=1 --",
  "'}) MATCH (n) DETACH DELETE n //",
  '"}) RETURN n UNION MATCH (m) RETURN m //',
  '`) DETACH DELETE n //',
  "x' UNION MATCH (u:User) RETURN u.passwordHash //",
  '*1..1000]-(n) RETURN n',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what somebody would send.
  '${7*7}',
  '{{7*7}}',
  '#{7*7}',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  '%00',
  '%',
  '%zz',
  'NEAR(a b)',
  '"',
  'a" OR "b',
  'title:x -y ^z *',
  'a AND OR NOT b',
  '(((((((',
  'a~ b^2 {c TO d}',
  '1e999',
  '-1',
  'NaN',
  '2026-13-45T99:99:99Z',
  '2026-01-31T12:00:00Z',
  'null',
  'undefined',
  'W10=',
  'WyJfX3Byb3RvX18iXQ==',
  'WzEsMiwzXQ==',
  'WyIiXQ',
  `${times(30, 'a')}!`,
  times(600, 'k'),
  times(9_000, 'w '),
  times(2_000, '['),
  times(2_000, '\\'),
];

const HUGE_TEXTS: readonly string[] = [times(200_000, 'A'), times(50_000, '字'), times(100_000, '"')];

export const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  2,
  3,
  10,
  100,
  101,
  -1,
  0.5,
  1e21,
  1e308,
  -1e308,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  Number.MIN_VALUE,
];

/** Stand for what JSON can say and JavaScript cannot write. */
const RAW = ['1e400', '-1e400', '123456789012345678901234567890', '1E-400', '0.1e1'];
const RAW_MARK = '\u0001raw:';

export function textOf(chance: Chance): string {
  if (chance.happens(0.02)) return chance.pick(HUGE_TEXTS);
  if (chance.happens(0.1)) return chance.pick(TEXTS) + chance.pick(TEXTS);
  if (chance.happens(0.1))
    return String.fromCharCode(...Array.from({ length: chance.upTo(40) }, () => chance.upTo(65_536)));
  return chance.pick(TEXTS);
}

/** Anything at all. */
export function anyValueOf(chance: Chance, depth = 0): unknown {
  const kind = chance.upTo(depth > 3 ? 6 : 10);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return chance.happens(0.5);
    case 2:
      return chance.pick(NUMBERS);
    case 3:
      return `${RAW_MARK}${chance.pick(RAW)}`;
    case 4:
    case 5:
      return textOf(chance);
    case 6:
      return Array.from({ length: chance.upTo(5) }, () => anyValueOf(chance, depth + 1));
    case 7:
      return nested(chance.happens(0.2) ? 3_000 : 20, chance.happens(0.5));
    default:
      return Object.fromEntries(
        Array.from({ length: chance.upTo(5) }, () => [chance.pick(TEXTS), anyValueOf(chance, depth + 1)]),
      );
  }
}

function nested(levels: number, isList: boolean): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = isList ? [value] : { a: value };
  return value;
}

/** JSON with the numbers that only JSON has, and `__proto__` as a key of its own. */
export function toJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/"\\u0001raw:([^"]+)"/g, '$1')
    .replaceAll('"constructor":', '"__proto__":');
}
