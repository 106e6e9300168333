import { parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DateTime, JSONObject } from '../../subgraphs/scalars.ts';

describe('DateTime', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('reads %s as UTC with milliseconds', (given, read) => {
    expect(DateTime.parseValue(given)).toBe(read);
    expect(DateTime.parseLiteral(parseValue(`"${given}"`), {})).toBe(read);
  });

  test.each([
    '',
    'yesterday',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-02-30T00:00:00Z',
    '2026-01-31T24:00:00Z',
    1,
    null,
    {},
  ])('refuses %j, saying what would be right', (given) => {
    expect(() => DateTime.parseValue(given)).toThrow(/such as "2026-01-31T12:00:00Z"/);
  });

  test('refuses a literal that is no text', () => {
    expect(() => DateTime.parseLiteral(parseValue('1769860800000'), {})).toThrow(/RFC 3339/);
  });
});

describe('JSONObject', () => {
  test('reads what it is given, from variables and literals', () => {
    const value = { year: 2026, tags: ['a', null], deep: { er: { true: true } } };
    expect(JSONObject.parseValue(value)).toEqual(value);
    const literal = '{ year: 2026, tags: ["a", null], deep: { er: { true: true } }, from: $variable }';
    expect(JSONObject.parseLiteral(parseValue(literal), { variable: 1.5 })).toEqual({ ...value, from: 1.5 });
  });

  test.each([[], [[1]], 'text', 1, true, null])('refuses %j, saying what would be right', (given) => {
    expect(() => JSONObject.parseValue(given)).toThrow(/such as \{"year": 2026\}/);
  });
});
