/** A migration that adds one to the mark of every collection: done twice to one of them, it would show. */

import type { Migration } from '../../operations/migrations/migration.ts';
import { statement } from '../../stores/graph/graph-store.ts';

export const MARKED = 200;
const AT_ONCE = 10;

export function countMarks(tell: (after: string) => void): Migration {
  return {
    number: 1,
    name: 'count-marks',
    description: 'Adds one to each mark.',
    text: 'Collection.mark = Collection.mark + 1',
    count: async () => MARKED,
    label: 'Collection',
    piece: async (_, after, { cursor, ...options }) => {
      const ids = await cursor.behind(after, AT_ONCE, options);
      const last = ids.at(-1);
      if (last === undefined) return null;
      tell(last);
      return { after: last, looked: ids.length, statements: [addOne(ids)] };
    },
    revert: null,
  };
}

export const putMarks = () =>
  statement(
    'test.putMarks',
    'UNWIND range(1, $count) AS at CREATE (:Collection {id: $prefix + toString(1000 + at), mark: 0})',
    { count: MARKED, prefix: 'collection-' },
    (row) => row,
  );

const addOne = (ids: readonly string[]) =>
  statement(
    'test.addOne',
    'UNWIND $ids AS id MATCH (c:Collection {id: id}) SET c.mark = c.mark + 1',
    { ids },
    (row) => row,
  );

export const marks = () =>
  statement('test.marks', 'MATCH (c:Collection) RETURN c.mark AS mark, count(c) AS n', {}, (row) => ({
    mark: Number(row.mark),
    count: Number(row.n),
  }));
