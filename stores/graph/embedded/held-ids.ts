/**
 * The ids of all nodes that have something in common, in their order, held beside the engine: read out of it once, in the
 * background, and from then on told of every write. What has left the graph stays among them until they are read anew;
 * nothing that is there is ever missing.
 */

import { setImmediate as othersTurn } from 'node:timers/promises';
import type { GrafeoDB } from '@grafeo-db/js';
import type { IdPage } from '../graph-store.ts';
import { createIdLists, type IdList } from './id-list.ts';
import { createNews } from './id-news.ts';
import type { MadeByWrite } from './made-ids.ts';
import { rowsOf, type Transaction } from './run-statements.ts';

export type Scope = Pick<IdPage, 'label' | 'property' | 'value'>;

export interface HeldIds {
  /**
   * The list of a scope, brought up to what a view sees that was begun in the same turn of the event loop; null where
   * there is none, or not yet. What it gives is to be looked up in that view.
   */
  upTo(view: Transaction, scope: Scope): Promise<IdList | null>;
  /** Begins to read a list that is not there, in the background. */
  want(scope: Scope): void;
  /** To be told of every write in the turn in which it is committed, with how many nodes it removed. */
  note(made: MadeByWrite, removed: number): void;
  /** Resolves once nothing is being read. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface HeldIdsOptions {
  /** Over all lists. */
  readonly idsHeldMax?: number;
}

/** Some 110 MB; a graph of as many nodes takes gigabytes. */
const IDS_HELD_MAX = 3_000_000;
const LISTS_MAX = 200;
/** A list is read anew when so many nodes were made since it was asked for, or removed since it was read … */
const CHANGES_MAX = 2_000;
/** … where they are this part of it as well. */
const CHANGES_PART = 4;

interface Held {
  readonly scope: Scope;
  readonly list: IdList;
  /** Up to where it has the news of its label. */
  seen: number;
  /** How many nodes had been removed from the graph when it was read. */
  removed: number;
  state: 'READING' | 'READY' | 'TOO_LARGE' | 'GONE';
}

export function createHeldIds(database: () => GrafeoDB, options: HeldIdsOptions = {}): HeldIds {
  const idsHeldMax = options.idsHeldMax ?? IDS_HELD_MAX;
  const lists = createIdLists();
  /** The one that was asked for last comes last. */
  const held = new Map<string, Held>();
  const news = createNews();
  const reading = new Set<Promise<void>>();
  let removed = 0;
  let isClosed = false;

  const forget = (one: Held) => {
    if (one.state === 'GONE') return;
    one.list.drop();
    one.state = 'GONE';
    held.delete(keyOf(one.scope));
  };
  const makeRoom = (beside: Held) => {
    let total = [...held.values()].reduce((sum, { list }) => sum + list.size, 0);
    for (const one of [...held.values()]) {
      if (total <= idsHeldMax && held.size <= LISTS_MAX) return;
      if (one === beside) continue;
      total -= one.list.size;
      forget(one);
    }
    if (total <= idsHeldMax) return;
    beside.list.drop();
    beside.state = 'TOO_LARGE';
  };
  const read = async (one: Held) => {
    const view = database().beginTransaction('snapshot');
    one.seen = news.end(one.scope.label);
    one.removed = removed;
    try {
      for await (const ids of idsIn(view, one.scope)) {
        if (isClosed || one.state !== 'READING') return;
        one.list.add(ids);
        makeRoom(one);
      }
      makeRoom(one);
      if (one.state === 'READING') one.state = 'READY';
    } finally {
      view.rollback();
    }
  };
  /** So much has changed that it costs less to read it anew. */
  const isOutworn = ({ scope, list, seen, removed: before }: Held) =>
    Math.max(news.end(scope.label) - seen, removed - before) >
    Math.max(CHANGES_MAX, list.size / CHANGES_PART);

  return {
    upTo: async (view, scope) => {
      const one = held.get(keyOf(scope));
      if (one?.state !== 'READY') return null;
      const end = news.end(scope.label);
      const made = isOutworn(one) ? null : news.since(scope.label, one.seen);
      if (made === null) {
        forget(one);
        return null;
      }
      held.delete(keyOf(scope));
      held.set(keyOf(scope), one);
      if (made.length > 0) {
        const ids = await idsOf(view, scope, made);
        if (one.state !== 'READY') return null;
        one.list.add(ids);
        one.seen = Math.max(one.seen, end);
        makeRoom(one);
      }
      return one.state === 'READY' ? one.list : null;
    },
    want: (scope) => {
      if (isClosed || held.has(keyOf(scope))) return;
      const one: Held = { scope, list: lists.create(), seen: 0, removed: 0, state: 'READING' };
      held.set(keyOf(scope), one);
      // Nobody waits for it: whoever asks next has it read again.
      const done = read(one).catch(() => forget(one));
      reading.add(done);
      done.finally(() => reading.delete(done));
    },
    note: (made, removedNow) => {
      removed += removedNow;
      if (made.isUnclear) for (const one of [...held.values()]) forget(one);
      if (held.size === 0) news.forget();
      else for (const { label, ids } of made.nodes) news.add(label, ids);
    },
    settled: async () => {
      await Promise.all(reading);
    },
    close: async () => {
      isClosed = true;
      await Promise.all(reading);
      lists.close();
    },
  };
}

/** Ids that are read of the engine at once: each time it looks at all of them. */
const IDS_READ_AT_ONCE = 100_000;
/** Ids that are taken over before others have their turn. */
const IDS_TAKEN_AT_ONCE = 2_000;

/** All of a scope, some at a time. */
async function* idsIn(
  view: Transaction,
  { label, property, value }: Scope,
): AsyncGenerator<readonly string[]> {
  const cypher = `MATCH (n:${label} {${property}: $value}) WHERE n.id > $after
    RETURN n.id AS id ORDER BY id LIMIT ${IDS_READ_AT_ONCE}`;
  for (let after = ''; ; ) {
    const found = await view.executeCypher(cypher, { value, after });
    for (let at = 0; at < found.length; at += IDS_TAKEN_AT_ONCE) {
      const end = Math.min(at + IDS_TAKEN_AT_ONCE, found.length);
      yield Array.from({ length: end - at }, (_, from) => String(found.get(at + from)['id']));
      await othersTurn();
    }
    if (found.length < IDS_READ_AT_ONCE) return;
    after = String(found.get(found.length - 1)['id']);
  }
}

/** Those of the ids that are of a scope. */
async function idsOf(
  view: Transaction,
  { label, property, value }: Scope,
  ids: readonly string[],
): Promise<readonly string[]> {
  const cypher = `UNWIND $ids AS wanted MATCH (n:${label} {id: wanted}) WHERE n.${property} = $value RETURN n.id AS id`;
  return rowsOf(await view.executeCypher(cypher, { ids, value })).map((row) => String(row['id']));
}

function keyOf({ label, property, value }: Scope): string {
  return [label, property, value].join(' ');
}
