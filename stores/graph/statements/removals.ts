/**
 * What the graph has let go of and other stores may still hold. Noted in the transaction that lets go, struck out once
 * it is gone there as well: a crash in between leaves a note, never an orphan.
 */

import { type Statement, statement } from '../graph-store.ts';
import { textOf } from './rows.ts';

export type RemovalKind = 'CHUNK' | 'CONTENT' | 'DOCUMENT';

export interface Removal {
  readonly tenant: string;
  readonly kind: RemovalKind;
  /** Id of the document or the chunk, or hash of the content. */
  readonly target: string;
}

function idOf({ tenant, kind, target }: Removal): string {
  return JSON.stringify([tenant, kind, target]);
}

export function putRemovals(removals: readonly Removal[]): Statement<unknown> {
  return statement(
    'removals.put',
    'UNWIND $rows AS r MERGE (n:Removal {id: r.id}) ON CREATE SET n += r.properties',
    {
      rows: removals.map((removal) => {
        const { tenant, kind, target } = removal;
        return { id: idOf(removal), properties: { tenant, kind, target } };
      }),
    },
    (row) => row,
  );
}

/** Targets of those of the removals that are still to be done. */
export function removalsPending(removals: readonly Removal[]): Statement<string> {
  return statement(
    'removals.pending',
    'UNWIND $ids AS removalId MATCH (n:Removal {id: removalId}) RETURN n.target AS target',
    { ids: removals.map(idOf) },
    (row) => textOf(row.target),
  );
}

/** Of every tenant what is still to be removed, at most `limit`. */
export function removalsLeft(limit: number): Statement<Removal> {
  return statement(
    'removals.left',
    `MATCH (n:Removal) WHERE n.id > '' RETURN n.id AS id, n.tenant AS tenant, n.kind AS kind, n.target AS target
     ORDER BY id LIMIT $limit`,
    { limit },
    (row) => ({
      tenant: textOf(row.tenant),
      kind: textOf(row.kind) as RemovalKind,
      target: textOf(row.target),
    }),
  );
}

export function clearRemovals(removals: readonly Removal[]): Statement<unknown> {
  return statement(
    'removals.clear',
    'UNWIND $ids AS removalId MATCH (n:Removal {id: removalId}) DETACH DELETE n',
    { ids: removals.map(idOf) },
    (row) => row,
  );
}

/** How often removals were done late: what was indexed ahead before that may have gone with them. */
export function lateRemovals(): Statement<number> {
  return statement(
    'removals.late',
    `MATCH (s:IndexState {id: 'removals'}) RETURN s.value AS value`,
    {},
    (row) => Number(row.value),
  );
}

export function countLateRemovals(): Statement<unknown> {
  return statement(
    'removals.countLate',
    `MERGE (s:IndexState {id: 'removals'}) SET s.value = coalesce(s.value, 0) + 1`,
    {},
    (row) => row,
  );
}
