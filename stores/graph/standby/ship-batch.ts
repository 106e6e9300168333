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

/** The statements as pieces for the log; `write` names them. */
export function toParts(write: string, statements: readonly Statement<unknown>[]): readonly LoggedPart[] {
  const kept: readonly Kept[] = statements.map(({ name, cypher, parameters }) => ({
    name,
    cypher,
    parameters,
  }));
  const text = JSON.stringify(kept);
  return Array.from({ length: Math.ceil(text.length / PART_CHARS) }, (_, part) => ({
    id: `${write}/${part}`,
    part,
    body: text.slice(part * PART_CHARS, (part + 1) * PART_CHARS),
  }));
}

export interface Route {
  readonly primary: Side;
  readonly standby: Side;
  /** The epoch in which the primary takes writes. */
  readonly epoch: Epoch;
}

/**
 * Applies what comes behind `applied`, one batch; gives how far the standby then is, which is `applied` where there is
 * nothing. Rejects with `LogGap`, or `OtherStandby` where another came first.
 */
export async function shipBatch({ primary, standby, epoch }: Route, applied: number): Promise<number> {
  const heads = await primary.store.read(loggedAfter(applied, WRITES_MAX));
  if (heads.length === 0) {
    if (!keepsLog(epoch)) return applied;
    const revision = await primary.store.revision();
    if (revision > applied && (await primary.store.read(loggedAfter(applied, 1))).length === 0)
      throw new LogGap(applied + 1);
    return applied;
  }
  const last = lastInBatch(heads, applied);
  const parts = await primary.store.read(loggedParts(applied, last));
  const bodies = new Map<number, string>();
  for (const { revision, body } of parts) bodies.set(revision, `${bodies.get(revision) ?? ''}${body}`);
  const statements: Statement<unknown>[] = [];
  for (let revision = applied + 1; revision <= last; revision++) {
    const text = bodies.get(revision);
    if (text === undefined) throw new LogGap(revision);
    statements.push(...(JSON.parse(text) as readonly Kept[]).map(revive));
  }
  await apply(standby, epoch, applied, [...statements, setApplied(last), advanceRevision(last)]);
  return last;
}

/** In one transaction with the check that nothing else was applied meanwhile. */
async function apply(
  standby: Side,
  epoch: Epoch,
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
