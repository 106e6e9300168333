/** Ids in order, whatever becomes of those that are added at once. */

import { expect, test } from 'vitest';
import { createIdLists } from '../../../../stores/graph/embedded/id-list.ts';

test('what cannot be added whole is not added, and hinders no other', () => {
  const lists = createIdLists();
  const list = lists.create();
  list.add(['b']);
  expect(() => list.add(['a', Symbol('none') as unknown as string])).toThrow();
  list.add(['c']);
  expect(list.behind('', 9)).toEqual(['b', 'c']);
  expect(list.size).toBe(2);
  lists.close();
});
