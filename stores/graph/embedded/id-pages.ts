/**
 * Pages of nodes by id: along the ids that are held in order, or, where none are held or too few of them are wanted, by
 * the statement as it is, which looks at all nodes that it could list. Both give the same rows.
 */

import type { GrafeoDB } from '@grafeo-db/js';
import { LRUCache } from 'lru-cache';
import type { IdPage, Row } from '../graph-store.ts';
import type { HeldIds } from './held-ids.ts';
import type { IdList } from './id-list.ts';
import { rowsOf, type Transaction } from './run-statements.ts';
import { idsAmong } from './scope-ids.ts';

/** From so many nodes and edges on that a page had to look at, ids are held for the next one. */
const LOOKED_AT_MIN = 5_000;
/**
 * How many ids are looked up for each row that is wanted, before the statement is asked after all: of a list of many, a
 * tenth at most, since looking up a node costs as much as going past several.
 */
const LOOKED_UP_PER_ROW = 20;
const LOOKED_UP_MAX = 4_000;
const LOOKED_UP_FREELY = 200;
const LOOKED_UP_PART = 10;
/** By how much more is looked up after each time that was not enough. */
const MORE = 4;
/** What too few of a list's ids were wanted for is not tried along them again for as long, in ms. */
const VAIN_MS = 600_000;
const VAIN_MAX = 1_000;

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
  /** Why that failed, in a sentence for the log; null where it did not. */
  readonly notice: string | null;
}

export interface IdPages {
  read(query: PageQuery): Promise<PageRead>;
}

export function createIdPages(
  database: () => GrafeoDB,
  held: HeldIds,
  { lookedAtMin = LOOKED_AT_MIN }: IdPagesOptions = {},
): IdPages {
  const vain = new LRUCache<string, true>({ max: VAIN_MAX, ttl: VAIN_MS });
  const alongIds = async (query: PageQuery): Promise<readonly Row[] | null> => {
    const key = keyOf(query);
    if (vain.has(key)) return null;
    const view = database().beginTransaction('snapshot');
    try {
      // In the turn in which the view was begun: the list then has all that the view sees.
      const list = await held.upTo(view, query.page);
      if (list === null) return null;
      const read = await readAlong(view, list, query);
      if (read === 'VAIN') vain.set(key, true);
      if (read === 'STALE') held.forget(query.page);
      return typeof read === 'string' ? null : read;
    } finally {
      view.rollback();
    }
  };
  const byStatement = async ({ cypher, parameters, page }: PageQuery, notice: string | null) => {
    const result = await database().executeCypher(cypher, parameters);
    if ((result.rowsScanned ?? 0) >= lookedAtMin) held.want(page);
    return { rows: rowsOf(result), isAlongIds: false, notice };
  };
  return {
    read: async (query) => {
      let notice: string | null = null;
      try {
        const rows = await alongIds(query);
        if (rows !== null) return { rows, isAlongIds: true, notice };
      } catch (error) {
        // What is held is there for speed alone.
        held.forget(query.page);
        notice = `A page could not be read along held ids, which were let go of: ${String(error)}`;
      }
      return byStatement(query, notice);
    },
  };
}

/** Where there are no rows: the list was dropped meanwhile, too few of it are wanted, or most of it is gone. */
async function readAlong(
  view: Transaction,
  list: IdList,
  { parameters, page }: PageQuery,
): Promise<readonly Row[] | 'DROPPED' | 'VAIN' | 'STALE'> {
  const rows: Row[] = [];
  const lookedUp: string[] = [];
  const most = Math.min(
    Math.max(LOOKED_UP_FREELY, list.size / LOOKED_UP_PART),
    LOOKED_UP_PER_ROW * page.limit,
    LOOKED_UP_MAX,
  );
  let { after } = page;
  for (let count = page.limit; lookedUp.length < most; count = Math.min(count * MORE, LOOKED_UP_MAX)) {
    const ids = list.behind(after, count);
    if (ids === null) return 'DROPPED';
    const limit = page.limit - rows.length;
    if (ids.length > 0)
      rows.push(...rowsOf(await view.executeCypher(page.ofIds, { ...parameters, ids, limit })));
    if (rows.length >= page.limit || ids.length < count) return rows;
    lookedUp.push(...ids);
    after = ids.at(-1) ?? after;
  }
  let there = 0;
  for await (const ids of idsAmong(view, page, lookedUp)) there += ids.length;
  return there < lookedUp.length / 2 ? 'STALE' : 'VAIN';
}

/** What is listed, whatever page of it. */
function keyOf({ cypher, parameters }: PageQuery): string {
  const { after: _, limit: __, ...listed } = parameters;
  return JSON.stringify([cypher, listed]);
}
