/**
 * Writes, one after the other across all processes. Each first claims the revision node: Neo4j then holds its lock
 * until the transaction ends, and Memgraph refuses whoever comes second, who tries again. So no two writers decide on
 * facts that the other is changing, and no MERGE makes a relationship twice.
 *
 * Each process also keeps the id of its last write in a node of its own. A commit whose answer never came is thereby
 * decided: whoever holds the claim afterwards sees whether that id is there.
 */

import { randomUUID } from 'node:crypto';
import { bulkhead, type IPolicy } from 'cockatiel';
import { type Deadline, startDeadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import type { Row, Statement } from '../graph-store.ts';
import type { Connection, OpenTransaction, Query } from './connection.ts';
import type { Stage } from './failures.ts';

/** Writes of this process that may wait for their turn; more are refused. */
const WRITES_WAITING_MAX = 10_000;
/** How long a commit may go on behind the back of a caller who has left, in ms. */
const COMMIT_GRACE_MS = 10_000;
/** What of a process that did not say goodbye is kept for this long, in ms. */
const WRITER_KEPT_MS = 7 * 24 * 3_600_000;

/**
 * The first SET takes the node's lock before its value is read: the claim is what the rest relies on, and what a view
 * that has writers wait takes as well.
 */
const CLAIM = `MERGE (n:Revision {id: 'graph'}) SET n.claim = $write
  WITH n MERGE (w:Writer {id: $writer})
  SET w.lastWrite = $write, w.seenAt = $now, n.value = coalesce(n.value, 0) + 1 RETURN n.value AS revision`;
const LAST_WRITE = `MERGE (n:Revision {id: 'graph'}) SET n.claim = $claim
  WITH n OPTIONAL MATCH (w:Writer {id: $writer}) RETURN w.lastWrite AS lastWrite`;
const FORGET = 'MATCH (w:Writer {id: $writer}) DETACH DELETE w';
const FORGET_OLD = 'MATCH (w:Writer) WHERE w.seenAt < $before DETACH DELETE w';

export interface WriterTools {
  readonly connection: Connection;
  /** Statements in the server's own words, and in the namespace. */
  readonly toText: (cypher: string) => string;
  readonly briefly: IPolicy;
  readonly untilKnown: IPolicy;
}

export interface Writer {
  /** Tells how far it is, from waiting to committing, once for each try. */
  write(
    statements: readonly Statement<unknown>[],
    deadline: Deadline,
    onStage: (stage: Stage) => void,
  ): Promise<readonly (readonly unknown[])[]>;
  /** Without the claim, and of no revision. */
  writeBeside(
    statements: readonly Statement<unknown>[],
    deadline: Deadline,
  ): Promise<readonly (readonly unknown[])[]>;
  /** Takes back what processes left that have not written for long. */
  forgetOld(): Promise<void>;
  forget(): Promise<void>;
}

export function createWriter({ connection, toText, briefly, untilKnown }: WriterTools): Writer {
  const id = randomUUID();
  // Waiting here costs no connection; waiting at the server would.
  const turn = bulkhead(1, WRITES_WAITING_MAX);

  const wasCommitted = (write: string, deadline: Deadline) =>
    untilKnown.execute(
      () =>
        connection.transact(deadline, async (transaction) => {
          const parameters = { writer: id, claim: `${write}?` };
          const [row] = await transaction.run({
            name: 'writer.lastWrite',
            cypher: toText(LAST_WRITE),
            parameters,
          });
          // Known already; committed only for the bookmark, which makes reads wait for the write in question.
          await transaction.commit().catch(() => undefined);
          return row?.lastWrite === write;
        }),
      deadline.signal,
    );

  const commit = async (transaction: OpenTransaction, write: string, deadline: Deadline) => {
    try {
      await inBoundedTime(transaction.commit(), deadline);
    } catch (error) {
      const committed = await wasCommitted(write, deadline).catch((cause: unknown) => {
        throw outcomeUnknown(cause);
      });
      if (!committed) throw error;
    }
  };

  const claimed = (write: string): Query => ({
    name: 'writer.claim',
    cypher: toText(CLAIM),
    parameters: { writer: id, write, now: new Date().toISOString() },
  });
  const run = (transaction: OpenTransaction, { name, cypher, parameters }: Statement<unknown>) =>
    transaction.run({ name, cypher: toText(cypher), parameters });
  const writeOnce = (
    statements: readonly Statement<unknown>[],
    deadline: Deadline,
    onStage: (stage: Stage) => void,
  ) =>
    connection.transact(deadline, async (transaction) => {
      const write = randomUUID();
      onStage('WAITING');
      const [, ...rows] = await Promise.all([
        transaction.run(claimed(write)).then(() => onStage('WRITING')),
        ...statements.map((statement) => run(transaction, statement)),
      ]);
      const decoded = statements.map((statement, at) => decodeAll(statement, rows[at] ?? []));
      deadline.signal.throwIfAborted();
      onStage('COMMITTING');
      await commit(transaction, write, deadline);
      return decoded;
    });
  const writeBesideOnce = (statements: readonly Statement<unknown>[], deadline: Deadline) =>
    connection.transact(deadline, async (transaction) => {
      const rows = await Promise.all(statements.map((statement) => run(transaction, statement)));
      const decoded = statements.map((statement, at) => decodeAll(statement, rows[at] ?? []));
      deadline.signal.throwIfAborted();
      await inBoundedTime(transaction.commit(), deadline);
      return decoded;
    });

  return {
    write: (statements, deadline, onStage) =>
      turn.execute(
        () => briefly.execute(() => writeOnce(statements, deadline, onStage), deadline.signal),
        deadline.signal,
      ),
    writeBeside: (statements, deadline) =>
      briefly.execute(() => writeBesideOnce(statements, deadline), deadline.signal),
    forgetOld: async () => {
      const before = new Date(Date.now() - WRITER_KEPT_MS).toISOString();
      await connection.runAlone(toText(FORGET_OLD), { before });
    },
    forget: async () => {
      await connection.runAlone(toText(FORGET), { writer: id });
    },
  };
}

/** Before the commit, so that a decoder which throws undoes the write. */
function decodeAll(statement: Statement<unknown>, rows: readonly Row[]): readonly unknown[] {
  return rows.map((row) => statement.decode(row));
}

/** Holds the turn until the commit is through, so that the next write does not meet it, but not for ever. */
async function inBoundedTime(commit: Promise<void>, { at }: Deadline): Promise<void> {
  const grace = startDeadline(at - Date.now() + COMMIT_GRACE_MS);
  try {
    await untilAborted(commit, grace.signal);
  } finally {
    grace.release();
  }
}

function outcomeUnknown(cause: unknown): Problem {
  return new Problem(
    'UNAVAILABLE',
    'The graph server was lost while it committed, so the change may have happened or not. Look before you repeat it.',
    { cause },
  );
}
