/**
 * All ids of a label, or of a part of it, in their order, a page at a time. An engine whose index knows no order looks at the whole label for each
 * page, so that small pages of a large label would take as long as its square: many ids are read at once and handed out.
 */

import type { CallOptions, GraphStore, Statement } from './graph-store.ts';
import { type CarriedLabel, idsAfter } from './statements/transfer.ts';

export interface IdCursor {
  /**
   * The next ids behind `after`, up to `limit`; fewer only at the end. Cheap where `after` is one of the last that were given. What
   * came or went since they were read, up to {@link IDS_HELD} at once, is not, or is still, among them.
   */
  behind(after: string, limit: number, options?: CallOptions): Promise<readonly string[]>;
}

/** Some megabytes. */
const IDS_HELD = 50_000;
/** Longest time of a look at a whole label, in ms. */
const LOOK_MS_MAX = 120_000;

export function createIdCursor(
  graph: Pick<GraphStore, 'read'>,
  label: CarriedLabel,
  idsHeld = IDS_HELD,
): IdCursor {
  return createCursor(graph, (after, limit) => idsAfter(label, after, limit), idsHeld);
}

/** The same of whatever `idsBehind` reads, in the order of the ids. */
export function createCursor(
  graph: Pick<GraphStore, 'read'>,
  idsBehind: (after: string, limit: number) => Statement<string>,
  idsHeld = IDS_HELD,
): IdCursor {
  let held: { readonly ids: readonly string[]; readonly isLast: boolean } = { ids: [], isLast: false };
  /** How many of those that are held were given. The engine's order is kept without comparing anything here. */
  let given = 0;
  const next = (limit: number) => {
    const ids = held.ids.slice(given, given + limit);
    given += ids.length;
    return ids;
  };
  return {
    behind: async (after, limit, options = {}) => {
      // Whoever did not come to the end of a page goes on inside it.
      const last = given > 0 ? held.ids.lastIndexOf(after, given - 1) : -1;
      if (last >= 0) given = last + 1;
      if (last >= 0 && (held.isLast || given + limit <= held.ids.length)) return next(limit);
      const count = Math.max(idsHeld, limit);
      const ids = await graph.read(idsBehind(after, count), { timeoutMs: LOOK_MS_MAX, ...options });
      held = { ids, isLast: ids.length < count };
      given = 0;
      return next(limit);
    },
  };
}
