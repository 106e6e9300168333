/**
 * What two graph servers need to be one graph: each server's register of who takes writes, and the log of writes of the
 * one that does. Kept on servers alone: an embedded graph has no standby.
 *
 *     (:GraphServer {id, server, epoch, proposal, primary, standby, applied})
 *                    id: `self`; server: this server's own name; applied: the last write of the primary that is in here
 *     (:LoggedWrite {id, revision, part, parts, size, body})     a piece of a write's statements as JSON
 */

import { type Row, type Statement, statement } from '../graph-store.ts';
import type { Epoch, StandbyMode } from '../standby/epoch.ts';
import { numberOrNull, textOf } from './rows.ts';
import type { INDEXES } from './schema.ts';

/** A server as its register has it. */
export interface ServerState {
  readonly server: string;
  /** Null before the first. */
  readonly epoch: Epoch | null;
  /** The last write of the primary that is in here; null where none ever was. */
  readonly applied: number | null;
  readonly revision: number;
}

const STATE = `g.server AS server, g.epoch AS epoch, g.proposal AS proposal, g.primary AS primary,
       g.standby AS standby, g.applied AS applied`;

function decodeState(row: Row): ServerState {
  return {
    server: textOf(row.server),
    epoch: decodeEpoch(row),
    applied: numberOrNull(row.applied),
    revision: Number(row.revision ?? 0),
  };
}

function decodeEpoch({ epoch, proposal, primary, standby }: Row): Epoch | null {
  if (!epoch) return null;
  return {
    number: Number(epoch),
    proposal: textOf(proposal),
    primary: textOf(primary),
    standby: textOf(standby) as StandbyMode,
  };
}

export function serverState(): Statement<ServerState> {
  return statement(
    'standby.state',
    `MATCH (g:GraphServer {id: 'self'}) OPTIONAL MATCH (n:Revision {id: 'graph'}) RETURN ${STATE}, n.value AS revision`,
    {},
    decodeState,
  );
}

/** Gives the server a name, unless it has one. */
export function nameServer(server: string): Statement<unknown> {
  return statement(
    'standby.name',
    `MERGE (g:GraphServer {id: 'self'}) ON CREATE SET g.server = $server, g.epoch = 0`,
    { server },
    (row) => row,
  );
}

/**
 * Raises the register, which never goes back, and gives it as it is then. One of the same number yields only where
 * that number is known to have been decided otherwise.
 */
export function raiseEpoch(epoch: Epoch, { isDecided }: { readonly isDecided: boolean }) {
  const { number, proposal, primary, standby } = epoch;
  return statement(
    'standby.raise',
    `MATCH (g:GraphServer {id: 'self'})
     WITH g, (g.epoch < $number OR (g.epoch = $number AND $isDecided)) AS free
     SET g.proposal = CASE WHEN free THEN $proposal ELSE g.proposal END,
         g.primary = CASE WHEN free THEN $primary ELSE g.primary END,
         g.standby = CASE WHEN free THEN $standby ELSE g.standby END,
         g.epoch = CASE WHEN free THEN $number ELSE g.epoch END
     RETURN g.epoch AS epoch, g.proposal AS proposal, g.primary AS primary, g.standby AS standby`,
    { number, proposal, primary, standby, isDecided },
    decodeEpoch,
  );
}

/** The first statement of every write of the primary: `onOther` throws where the register is of another epoch. */
export function checkEpoch({ number, proposal }: Epoch, onOther: () => never): Statement<unknown> {
  return statement(
    'standby.check',
    `MATCH (g:GraphServer {id: 'self'}) WHERE g.epoch = $number AND g.proposal = $proposal RETURN count(g) AS held`,
    { number, proposal },
    ({ held }) => (Number(held) > 0 ? null : onOther()),
  );
}

export interface LoggedPart {
  readonly id: string;
  readonly part: number;
  readonly body: string;
}

/** The last statement of a write: keeps what it did under the revision that it has, and gives that. */
export function logWrite(parts: readonly LoggedPart[]): Statement<number> {
  return statement(
    'standby.log',
    `MATCH (n:Revision {id: 'graph'}) UNWIND $rows AS r
     CREATE (:LoggedWrite {id: r.id, revision: n.value, part: r.part, parts: $parts, size: r.size, body: r.body})
     RETURN DISTINCT n.value AS revision`,
    { rows: parts.map((part) => ({ ...part, size: part.body.length })), parts: parts.length },
    (row) => Number(row.revision),
  );
}

/**
 * As `logWrite` of nothing, where this server keeps a log: for writes that concern this server alone. While writes wait
 * the log goes on, so that it has no gap when they do not wait any more.
 */
export function logNothing(id: string): Statement<unknown> {
  return statement(
    'standby.logNothing',
    `MATCH (g:GraphServer {id: 'self'}) WHERE g.primary = g.server AND g.standby IN ['ATTACHED', 'ATTACHING', 'DETACHED', 'HELD']
     MATCH (n:Revision {id: 'graph'})
     CREATE (:LoggedWrite {id: $id, revision: n.value, part: 0, parts: 1, size: 2, body: '[]'})`,
    { id },
    (row) => row,
  );
}

/** Takes away what the standby has, some of it each time. */
export function trimLog(applied: number, limit: number): Statement<unknown> {
  return statement(
    'standby.trim',
    'MATCH (l:LoggedWrite) WHERE l.revision <= $applied WITH l LIMIT $limit DETACH DELETE l',
    { applied, limit },
    (row) => row,
  );
}

export interface LoggedHead {
  readonly revision: number;
  readonly parts: number;
}

/** The writes behind `after`, in order. */
export function loggedAfter(after: number, limit: number): Statement<LoggedHead> {
  return statement(
    'standby.logged',
    `MATCH (l:LoggedWrite) WHERE l.revision > $after AND l.part = 0
     RETURN l.revision AS revision, l.parts AS parts ORDER BY revision LIMIT $limit`,
    { after, limit },
    (row) => ({ revision: Number(row.revision), parts: Number(row.parts) }),
  );
}

/** The pieces of the writes from behind `after` to `last`, in order. */
export function loggedParts(after: number, last: number) {
  return statement(
    'standby.loggedParts',
    `MATCH (l:LoggedWrite) WHERE l.revision > $after AND l.revision <= $last
     RETURN l.revision AS revision, l.part AS part, l.body AS body ORDER BY revision, part`,
    { after, last },
    (row) => ({ revision: Number(row.revision), body: textOf(row.body) }),
  );
}

/** Characters in the log behind `after`. */
export function logSize(after: number): Statement<number> {
  return statement(
    'standby.logSize',
    'MATCH (l:LoggedWrite) WHERE l.revision > $after RETURN sum(l.size) AS size',
    { after },
    (row) => Number(row.size ?? 0),
  );
}

/**
 * The first statement on the standby: `onOther` throws where it has been promoted, or holds other writes than the one
 * who asks believes.
 */
export function checkApplied(
  { number, primary }: Epoch,
  applied: number,
  onOther: () => never,
): Statement<unknown> {
  return statement(
    'standby.checkApplied',
    `MATCH (g:GraphServer {id: 'self'})
     WHERE g.epoch <= $number AND g.primary = $primary AND g.applied = $applied RETURN count(g) AS held`,
    { number, primary, applied },
    ({ held }) => (Number(held) > 0 ? null : onOther()),
  );
}

/** Null where what is in here is no more the primary's. */
export function setApplied(applied: number | null): Statement<unknown> {
  return statement(
    'standby.setApplied',
    `MATCH (g:GraphServer {id: 'self'}) SET g.applied = $applied`,
    { applied },
    (row) => row,
  );
}

/** The revision never goes back, whichever server counts it. */
export function advanceRevision(least: number): Statement<unknown> {
  return statement(
    'standby.advance',
    `MATCH (n:Revision {id: 'graph'}) WHERE n.value < $least SET n.value = $least`,
    { least },
    (row) => row,
  );
}

/** Empties a label, so many nodes at once; gives how many those were. */
export function removeSome(label: keyof typeof INDEXES | 'LoggedWrite', limit: number): Statement<number> {
  return statement(
    'standby.removeSome',
    `MATCH (n:${label}) WHERE n.id > '' WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS removed`,
    { limit },
    (row) => Number(row.removed ?? 0),
  );
}
