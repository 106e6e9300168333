/**
 * The ids of all nodes that have something in common, in their order, held beside the engine: read out of it once, in the
 * background, and from then on told of every write. What has left the graph stays among them until they are read anew;
 * nothing that is there is ever missing.
 */

import type { GrafeoDB } from '@grafeo-db/js';
import { LRUCache } from 'lru-cache';
import type { ListedLabel } from '../graph-store.ts';
import { createIdLists, type IdList } from './id-list.ts';
import { createNews } from './id-news.ts';
import type { MadeByWrite } from './made-ids.ts';
import type { RemovedNodes } from './removed-nodes.ts';
import type { Transaction } from './run-statements.ts';
import { countOf, idsAmong, idsIn, keyOf, type Scope } from './scope-ids.ts';

export interface HeldIds {
  /**
   * The list of a scope, brought up to what a view sees that was begun in the same turn of the event loop; null where
   * there is none, or not yet. What it gives is to be looked up in that view.
   */
  upTo(view: Transaction, scope: Scope): Promise<IdList | null>;
  /** Begins to read a list that is not there, in the background, unless its scope rests or too many others wait. */
  want(scope: Scope): void;
  /** Lets go of a scope's list. */
  forget(scope: Scope): void;
  /** To be told of every write in the turn in which it is committed. */
  note(made: MadeByWrite, removed: readonly RemovedNodes[]): void;
  /** Resolves once nothing is being read. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface HeldIdsOptions {
  /** Over all lists. */
  readonly idsHeldMax?: number;
  /** A scope is not read again for as long once that has begun, or there was no room for it, in ms. */
  readonly scopeRestMs?: number;
}

/** Some 110 MB; a graph of as many nodes takes gigabytes. */
const IDS_HELD_MAX = 3_000_000;
/** As many may wait to be read. */
const LISTS_MAX = 200;
/** A list is read anew when so many nodes were made since it was asked for, or removed since it was read … */
const CHANGES_MAX = 2_000;
/** … where they are this part of it as well. */
const CHANGES_PART = 4;
const SCOPE_REST_MS = 300_000;
const RESTING_MAX = 20_000;

interface Held {
  readonly scope: Scope;
  readonly list: IdList;
  /** Up to where it has the news of its label. */
  seen: number;
  /** How many nodes of its label had been removed when it was read. */
  removed: number;
  state: 'READING' | 'READY' | 'GONE';
}

export function createHeldIds(database: () => GrafeoDB, options: HeldIdsOptions = {}): HeldIds {
  const { idsHeldMax = IDS_HELD_MAX, scopeRestMs = SCOPE_REST_MS } = options;
  const lists = createIdLists();
  /** The one that was asked for last comes last. */
  const held = new Map<string, Held>();
  const resting = new LRUCache<string, true>({ max: RESTING_MAX, ttl: scopeRestMs });
  const news = createNews();
  const removed: { [label in ListedLabel]: number } = { Document: 0, Entity: 0, ArchivedDocument: 0 };
  let reading = Promise.resolve();
  let waiting = 0;
  let isClosed = false;

  const rest = (scope: Scope) => {
    if (scopeRestMs > 0) resting.set(keyOf(scope), true);
  };
  const forget = (one: Held) => {
    if (one.state === 'GONE') return;
    one.list.drop();
    one.state = 'GONE';
    held.delete(keyOf(one.scope));
  };
  /** Two that have no room together would otherwise take it from each other at every page. */
  const evict = (one: Held) => {
    forget(one);
    rest(one.scope);
  };
  const makeRoom = (beside: Held) => {
    if (beside.list.size > idsHeldMax) evict(beside);
    let total = [...held.values()].reduce((sum, { list }) => sum + list.size, 0);
    for (const one of [...held.values()]) {
      if (total <= idsHeldMax && held.size <= LISTS_MAX) return;
      if (one === beside) continue;
      total -= one.list.size;
      evict(one);
    }
  };
  const read = async (one: Held) => {
    if (isClosed || one.state !== 'READING') return;
    rest(one.scope);
    const view = database().beginTransaction('snapshot');
    one.seen = news.end(one.scope.label);
    one.removed = removed[one.scope.label];
    try {
      // Asked beforehand, so that no other makes room for one that has none.
      if ((await countOf(view, one.scope)) > idsHeldMax) return evict(one);
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
  /** So much has changed that it costs less to read it anew, and that was not done just now. */
  const isOutworn = ({ scope, list, seen, removed: before }: Held) =>
    !resting.has(keyOf(scope)) &&
    Math.max(news.end(scope.label) - seen, removed[scope.label] - before) >
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
        for await (const ids of idsAmong(view, scope, made)) {
          if (one.state !== 'READY') return null;
          one.list.add(ids);
        }
        if (one.state !== 'READY') return null;
        one.seen = Math.max(one.seen, end);
        makeRoom(one);
      }
      return one.state === 'READY' ? one.list : null;
    },
    want: (scope) => {
      const key = keyOf(scope);
      if (isClosed || held.has(key) || resting.has(key) || waiting >= LISTS_MAX) return;
      const one: Held = { scope, list: lists.create(), seen: 0, removed: 0, state: 'READING' };
      held.set(key, one);
      waiting += 1;
      // One after the other, and nobody waits for it: of one that fails, pages are read by the statement.
      reading = reading
        .then(() => read(one))
        .catch(() => forget(one))
        .finally(() => {
          waiting -= 1;
        });
    },
    forget: (scope) => {
      const one = held.get(keyOf(scope));
      if (one !== undefined) forget(one);
    },
    note: (made, removedNow) => {
      for (const { label, count } of removedNow) removed[label] += count;
      if (made.isUnclear) for (const one of [...held.values()]) forget(one);
      if (held.size === 0) news.forget();
      else for (const { label, ids } of made.nodes) news.add(label, ids);
    },
    settled: () => reading,
    close: async () => {
      isClosed = true;
      await reading;
      lists.close();
    },
  };
}
