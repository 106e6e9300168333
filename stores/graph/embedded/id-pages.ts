/**
 * Pages of nodes by id: along the ids that are held in order, or, where none are held or the page lies too far along them,
 * by the statement as it is, which looks at all nodes that it could list. Both give the same rows.
 */

import type { GrafeoDB } from '@grafeo-db/js';
import type { IdPage, Row } from '../graph-store.ts';
import type { HeldIds } from './held-ids.ts';
import type { IdList } from './id-list.ts';
import { rowsOf, type Transaction } from './run-statements.ts';

/** How many ids are looked up for a page before the statement is asked after all. */
const LOOKED_UP_MAX = 4_000;
/** By how much more is looked up after each time that was not enough. */
const MORE = 4;
/** From so many nodes and edges on that a page had to look at, ids are held for the next one. */
const LOOKED_AT_MIN = 5_000;

export interface IdPagesOptions {
  readonly lookedAtMin?: number;
}

export interface PageQuery {
  readonly cypher: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly page: IdPage;
}

export interface PageRead {
  readonly rows: readonly Row[];
  /** Whether it was read along ids that are held. */
  readonly isAlongIds: boolean;
}

export async function readPage(
  database: GrafeoDB,
  held: HeldIds,
  query: PageQuery,
  { lookedAtMin = LOOKED_AT_MIN }: IdPagesOptions = {},
): Promise<PageRead> {
  const view = database.beginTransaction('snapshot');
  try {
    // In the same turn: the list then has all that the view sees.
    const list = await held.upTo(view, query.page);
    const rows = list === null ? null : await alongIds(view, list, query);
    if (rows !== null) return { rows, isAlongIds: true };
    const result = await view.executeCypher(query.cypher, query.parameters);
    if ((result.rowsScanned ?? 0) >= lookedAtMin) held.want(query.page);
    return { rows: rowsOf(result), isAlongIds: false };
  } finally {
    view.rollback();
  }
}

/** Null where it is not to be had for few look-ups. */
async function alongIds(
  view: Transaction,
  list: IdList,
  { parameters, page }: PageQuery,
): Promise<readonly Row[] | null> {
  const rows: Row[] = [];
  let { after } = page;
  let lookedUp = 0;
  for (let count = page.limit; lookedUp < LOOKED_UP_MAX; count *= MORE) {
    const ids = list.behind(after, count);
    if (ids === null) return null;
    const limit = page.limit - rows.length;
    if (ids.length > 0)
      rows.push(...rowsOf(await view.executeCypher(page.ofIds, { ...parameters, ids, limit })));
    if (rows.length >= page.limit || ids.length < count) return rows;
    lookedUp += ids.length;
    after = ids.at(-1) ?? after;
  }
  return null;
}
