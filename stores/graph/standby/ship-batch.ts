/**
 * Brings the primary's writes to the standby, in order, each exactly once: the standby keeps the revision that it has
 * in the transaction that takes it there. Whoever waits for a revision takes everything before it along, also what a
 * process that died did not.
 */

import { invariant, Problem } from '../../../platform/errors.ts';
import { type Statement, statement } from '../graph-store.ts';
import {
  advanceRevision,
  checkApplied,
  type LoggedPart,
  loggedAfter,
  loggedParts,
  setApplied,
} from '../statements/standby.ts';
import { type Epoch, keepsLog } from './epoch.ts';
import type { Side } from './side.ts';

/** Characters of a piece of a write. */
const PART_CHARS = 250_000;
/** Pieces in one transaction on the standby, unless one write alone has more. */
const PARTS_MAX = 40;
const WRITES_MAX = 200;
/** How long a batch may take on the standby, in ms. */
const BATCH_MS_MAX = 120_000;

/** What is kept of a statement; its rows are nobody's concern when it is repeated. */
type Kept = Pick<Statement<unknown>, 'name' | 'cypher' | 'parameters'>;

/** The standby lacks a write that the log does not have any more, or never had. */
export class LogGap extends Problem {
  constructor(revision: number) {
    super('CONFLICT', `The log of writes lacks revision ${revision}, so the standby has to be seeded anew.`);
  }
}

/** The standby is no more what the one who applies believes. */
export class OtherStandby extends Problem {
  constructor() {
    super('UNAVAILABLE', 'The standby has moved on meanwhile. Try again.');
  }
}

/** The statements as the log keeps them, and as they are repeated. */
export function toBody(statements: readonly Statement<unknown>[]): string {
  const kept: readonly Kept[] = statements.map(({ name, cypher, parameters }) => ({
    name,
    cypher,
    parameters,
  }));
  return JSON.stringify(kept);
}

/** The same in pieces; `write` names them. */
export function toParts(write: string, body: string): readonly LoggedPart[] {
  return piecesOf(body).map((piece, part) => ({ id: `${write}/${part}`, part, body: piece }));
}

/** None ends within a character: half of one is something else on its way to the server. */
function piecesOf(body: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < body.length; ) {
    const whole = from + PART_CHARS;
    const end = isFirstHalf(body.charCodeAt(whole - 1)) ? whole - 1 : whole;
    pieces.push(body.slice(from, end));
    from = end;
  }
  return pieces;
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

export interface Route {
  readonly primary: Side;
  readonly standby: Side;
  /** The epoch in which the primary takes writes. */
  readonly epoch: Epoch;
}

/** Writes as the log has them, in the hands of the process that made them in this epoch, by revision. */
export type InHand = ReadonlyMap<number, string>;

/**
 * Applies what comes behind `applied`, one batch; gives how far the standby then is, which is `applied` where there is
 * nothing. Rejects with `LogGap`, or `OtherStandby` where another came first. The log is read where what comes next is not
 * in hand: of another process, or of one that died.
 */
export async function shipBatch(route: Route, applied: number, inHand: InHand): Promise<number> {
  const own = ownBodies(inHand, applied);
  const bodies = own.length > 0 ? own : await loggedBodies(route, applied);
  if (bodies.length === 0) return applied;
  const statements = bodies.flatMap((body) => (JSON.parse(body) as readonly Kept[]).map(revive));
  const last = applied + bodies.length;
  await apply(route, applied, [...statements, setApplied(last), advanceRevision(last)]);
  return last;
}

/** Without a gap, from the very next on, as many as one transaction takes. */
function ownBodies(inHand: InHand, applied: number): readonly string[] {
  const bodies: string[] = [];
  let parts = 0;
  while (bodies.length < WRITES_MAX) {
    const body = inHand.get(applied + 1 + bodies.length);
    if (body === undefined) break;
    parts += Math.ceil(body.length / PART_CHARS);
    if (bodies.length > 0 && parts > PARTS_MAX) break;
    bodies.push(body);
  }
  return bodies;
}

/** The same by the log of the primary. */
async function loggedBodies({ primary, epoch }: Route, applied: number): Promise<readonly string[]> {
  const heads = await primary.store.read(loggedAfter(applied, WRITES_MAX));
  if (heads.length === 0) {
    if (!keepsLog(epoch)) return [];
    const revision = await primary.store.revision();
    if (revision > applied && (await primary.store.read(loggedAfter(applied, 1))).length === 0)
      throw new LogGap(applied + 1);
    return [];
  }
  const last = lastInBatch(heads, applied);
  const parts = await primary.store.read(loggedParts(applied, last));
  const bodies = new Map<number, string>();
  for (const { revision, body } of parts) bodies.set(revision, `${bodies.get(revision) ?? ''}${body}`);
  return Array.from({ length: last - applied }, (_, at) => {
    const body = bodies.get(applied + 1 + at);
    if (body === undefined) throw new LogGap(applied + 1 + at);
    return body;
  });
}

/** In one transaction with the check that nothing else was applied meanwhile. */
async function apply(
  { standby, epoch }: Route,
  applied: number,
  statements: readonly Statement<unknown>[],
): Promise<void> {
  const check = checkApplied(epoch, applied, () => {
    throw new OtherStandby();
  });
  await standby.store.write([check, ...statements], { timeoutMs: BATCH_MS_MAX });
}

function lastInBatch(
  heads: readonly { readonly revision: number; readonly parts: number }[],
  applied: number,
): number {
  let total = 0;
  let last = applied;
  for (const { revision, parts } of heads) {
    if (revision !== last + 1) throw new LogGap(last + 1);
    total += parts;
    if (last > applied && total > PARTS_MAX) break;
    last = revision;
  }
  invariant(last > applied, 'a batch has a write');
  return last;
}

function revive({ name, cypher, parameters }: Kept): Statement<unknown> {
  return statement(name, cypher, parameters, () => null);
}
