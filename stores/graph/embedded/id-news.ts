/** Ids of the nodes that were made of late, by label, in the order of the writes: what lists of ids are brought up to date by. */

import type { ListedLabel } from '../graph-store.ts';

export interface News {
  /** Where the news of a label ends now. */
  end(label: ListedLabel): number;
  /** What came behind that place; null where it is not kept any more. */
  since(label: ListedLabel, place: number): readonly string[] | null;
  add(label: ListedLabel, ids: readonly string[]): void;
  /** Nobody will ask for what came up to now. */
  forget(): void;
}

/** Of a label; beyond that the older half goes. */
const NEWS_MAX = 200_000;

export function createNews(): News {
  const kept: { readonly [label in ListedLabel]: { begin: number; ids: string[] } } = {
    Document: { begin: 0, ids: [] },
    Entity: { begin: 0, ids: [] },
    ArchivedDocument: { begin: 0, ids: [] },
  };
  const cut = (one: { begin: number; ids: string[] }, count: number) => {
    one.begin += count;
    one.ids = one.ids.slice(count);
  };
  return {
    end: (label) => kept[label].begin + kept[label].ids.length,
    since: (label, place) => {
      const { begin, ids } = kept[label];
      return place < begin ? null : ids.slice(place - begin);
    },
    add: (label, ids) => {
      const one = kept[label];
      for (const id of ids) one.ids.push(id);
      if (one.ids.length > NEWS_MAX) cut(one, one.ids.length - NEWS_MAX / 2);
    },
    forget: () => {
      for (const one of Object.values(kept)) cut(one, one.ids.length);
    },
  };
}
