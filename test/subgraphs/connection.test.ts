import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCursor, PAGE_MAX, toPage } from '../../model/page.ts';
import { connectionOf, readAfter, readAfterMoment, readFirst } from '../../subgraphs/connection.ts';

const problemOf = (work: () => unknown) => {
  try {
    work();
  } catch (problem) {
    return problem;
  }
  return 'none';
};

/** What a store gives for a page: the rows behind the cursor, and one more. */
function pageOf(all: readonly string[], first: number, after: string | null) {
  const [from] = readAfter(after, 1) ?? [];
  const rows = all.filter((row) => from === undefined || row > from).slice(0, first + 1);
  return toPage(rows, first, (row) => [row]);
}

describe('a connection', () => {
  test('has the same objects as nodes and in edges, each with the cursor behind it', () => {
    const page = toPage(['a', 'b', 'c'], 2, (item) => [item]);
    const [a, b] = [encodeCursor(['a']), encodeCursor(['b'])];
    expect(connectionOf(page, null)).toEqual({
      edges: [
        { cursor: a, node: 'a' },
        { cursor: b, node: 'b' },
      ],
      nodes: ['a', 'b'],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: a, endCursor: b },
    });
  });

  test('ends with its last page', () => {
    expect(
      connectionOf(
        toPage(['a'], 2, (item) => [item]),
        null,
      ).pageInfo.hasNextPage,
    ).toBe(false);
    expect(
      connectionOf(
        toPage([], 2, () => []),
        'cursor',
      ).pageInfo,
    ).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: null,
    });
  });

  test('read page by page gives every row once and in order, whatever the size of a page', () => {
    const rows = fc.uniqueArray(fc.string(), { maxLength: 50 }).map((texts) => texts.toSorted());
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 10 }), (all, first) => {
        const read: string[] = [];
        let page = connectionOf(pageOf(all, first, null), null);
        read.push(...page.nodes);
        while (page.pageInfo.hasNextPage) {
          const { endCursor } = page.pageInfo;
          page = connectionOf(pageOf(all, first, endCursor), endCursor);
          read.push(...page.nodes);
        }
        expect(read).toEqual(all);
      }),
      { numRuns: 50 },
    );
  });
});

describe('`first`', () => {
  test.each([1, 20, PAGE_MAX])('may be %d', (first) => {
    expect(readFirst(first)).toBe(first);
  });

  test.each([0, -1, PAGE_MAX + 1, null, undefined])(
    'may not be %s, and the problem names the field',
    (first) => {
      expect(problemOf(() => readFirst(first, 'chunks.first'))).toMatchObject({
        code: 'BAD_INPUT',
        errors: [{ field: 'chunks.first', message: expect.stringMatching(/from 1 to 100/) }],
      });
    },
  );
});

describe('`after`', () => {
  test('gives back what a cursor of this list holds', () => {
    expect(readAfter(encodeCursor(['PERSON', 'ent_1']), 2)).toEqual(['PERSON', 'ent_1']);
    expect(readAfter(null, 2)).toBeNull();
    expect(readAfter(undefined, 2)).toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['a text', 'hello'],
    ['a cursor of another list', encodeCursor(['a'])],
    ['no texts', Buffer.from('[1,2]').toString('base64url')],
    ['no list', Buffer.from('{"length":2}').toString('base64url')],
  ])('is refused when it is %s, and the problem names the field', (_, after) => {
    expect(problemOf(() => readAfter(after, 2))).toMatchObject({
      code: 'BAD_INPUT',
      errors: [{ field: 'after', message: expect.stringMatching(/endCursor/) }],
    });
  });
});

describe('a cursor of a list that is ordered by time', () => {
  const read = (value: string) => problemOf(() => readAfterMoment(encodeCursor([value])));

  test('begins with a moment, whatever comes behind it', () => {
    expect(readAfterMoment(encodeCursor(['2026-01-31T12:00:00.000Z_seg_01']))).toBe(
      '2026-01-31T12:00:00.000Z_seg_01',
    );
    expect(readAfterMoment(null)).toBe('');
  });

  test.each(['__proto__', '2026', '2026-13-45T12:00:00.000Z', '+275760-09-13', ' 2026-01-31T12:00:00.000Z'])(
    'is refused where it does not: %s',
    (value) => {
      expect(read(value)).toMatchObject({ code: 'BAD_INPUT', errors: [{ field: 'after' }] });
    },
  );
});
