import { expect, test } from 'vitest';
import { isNamespace, newNamespace } from '../../model/namespace.ts';

test('a new namespace is one, tells when it was made, and is not the next one of the same second', () => {
  const now = new Date('2026-11-26T14:15:16.789Z');
  const names = [newNamespace(now), newNamespace(now)];
  expect(names.every(isNamespace)).toBe(true);
  expect(names[0]).toMatch(/^r20261126141516/);
  expect(names[0]).not.toBe(names[1]);
  expect(names[0]?.length).toBeLessThanOrEqual(24);
});

test.each(['', 'r1', 'rx', `r${'9'.repeat(23)}`])('%j is a namespace', (name) => {
  expect(isNamespace(name)).toBe(true);
});

test.each(['r', 'a1', 'R1', 'r_1', 'r-1', 'r1 ', 'rÄ', `r${'9'.repeat(24)}`, 'r1)', '../r1'])(
  '%j is none',
  (name) => {
    expect(isNamespace(name)).toBe(false);
  },
);
