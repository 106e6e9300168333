/**
 * A view of one revision: all of it is read in one transaction, which is never committed. Memgraph keeps what a
 * transaction saw at its beginning. Neo4j shows it what others commit; there it holds the claim that every write begins
 * with, so that writers wait until the view is closed. A read that succeeded in it says that the claim was not lost
 * before; the last word, `confirm`, says so of all of them, and that the revision is still that of the beginning.
 */

import { randomUUID } from 'node:crypto';
import type { IPolicy } from 'cockatiel';
import { type Deadline, startDeadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { type CallOptions, type GraphSnapshot, TurnMissed } from '../graph-store.ts';
import type { Connection, OpenTransaction, Query } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { toGraphProblem } from './failures.ts';

const HOLD = `MERGE (n:Revision {id: 'graph'}) SET n.claim = $claim RETURN coalesce(n.value, 0) AS revision`;
const LOOK = `OPTIONAL MATCH (n:Revision {id: 'graph'}) RETURN coalesce(n.value, 0) AS revision`;

export interface ViewTools {
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly briefly: IPolicy;
  /** Longest time of the view; the server ends its transaction then, should this process be gone. */
  readonly viewMs: number;
  /** Longest wait for those who write already, and time of a read that brings no bound of its own. */
  readonly callTimeoutMs: number;
  readonly onClosed: () => void;
}

export async function openView(tools: ViewTools): Promise<GraphSnapshot> {
  const { dialect, briefly, callTimeoutMs, viewMs, onClosed } = tools;
  const { transaction, revision, deadline, end } = await briefly.execute(() => begin(tools));
  let closed = false;
  let lost: Problem | null = null;

  const ask = async (query: Query, { signal, timeoutMs = callTimeoutMs }: CallOptions = {}) => {
    if (closed) throw new Problem('UNAVAILABLE', 'This view of the graph is closed. Open another one.');
    if (lost !== null) throw lost;
    const call = startDeadline(timeoutMs, signal);
    try {
      return await untilAborted(transaction.run(query), call.signal);
    } catch (error) {
      // Whatever the reason: a transaction that did not answer is not asked again.
      lost = deadline.signal.aborted ? tooLong(viewMs, error) : viewLost(error);
      if (!call.signal.aborted) throw lost;
      throw toGraphProblem(error, { signs: dialect.failures, signal: call.signal, stage: 'READING' });
    } finally {
      call.release();
    }
  };

  return {
    revision,
    isBrief: true,
    read: async (wanted, options) => {
      const { name, cypher, parameters } = wanted;
      const rows = await ask({ name, cypher: dialect.toText(cypher), parameters }, options);
      return rows.map((row) => wanted.decode(row));
    },
    confirm: async () => {
      const [row] = await ask({ name: 'view.look', cypher: dialect.toText(LOOK), parameters: {} });
      if (Number(row?.revision) !== revision) throw changed();
    },
    close: async () => {
      closed = true;
      await end();
      onClosed();
    },
  };
}

interface Begun {
  readonly transaction: OpenTransaction;
  readonly revision: number;
  readonly deadline: Deadline;
  /** Resolves once the server has been told, from when on others write. Idempotent. */
  readonly end: () => Promise<void>;
}

/** The transaction lasts until `end`, or its time is over. */
async function begin({ connection, dialect, viewMs, callTimeoutMs }: ViewTools): Promise<Begun> {
  const query: Query = dialect.keepsSnapshots
    ? { name: 'view.look', cypher: dialect.toText(LOOK), parameters: {} }
    : { name: 'view.hold', cypher: dialect.toText(HOLD), parameters: { claim: randomUUID() } };
  const deadline = startDeadline(viewMs);
  const over = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<Pick<Begun, 'transaction' | 'revision'>>();
  const ended = connection
    .transact(deadline, async (transaction) => {
      const [row] = await transaction.run(query);
      begun.resolve({ transaction, revision: Number(row?.revision ?? 0) });
      await untilAborted(over.promise, deadline.signal);
    })
    // Who reads is told; that nobody reads any more is how it ends.
    .catch(begun.reject);
  const end = async () => {
    over.resolve();
    await ended;
    deadline.release();
  };
  const waiting = startDeadline(callTimeoutMs);
  try {
    return { ...(await untilAborted(begun.promise, waiting.signal)), deadline, end };
  } catch (error) {
    const isOver = deadline.signal.aborted;
    deadline.cancel(error);
    await end();
    if (isOver) throw tooLong(viewMs, error);
    if (!waiting.signal.aborted) throw error;
    throw new TurnMissed(
      'Others write to the graph, so that no view of it could be opened. Try again.',
      error,
    );
  } finally {
    waiting.release();
  }
}

function viewLost(cause: unknown): Problem {
  return new Problem(
    'UNAVAILABLE',
    'The view of the graph was lost while it was read, so nothing that was read is used. See that the graph server runs, and begin again.',
    { cause },
  );
}

function tooLong(viewMs: number, cause: unknown): Problem {
  return new Problem(
    'TIMEOUT',
    `The graph could not be read within ${viewMs / 1_000} s, which is as long as writers may have to wait for it. Allow more (TRELLIS_GRAPH_VIEW_MS), or use the server’s own backup.`,
    { cause },
  );
}

function changed(): Problem {
  return new Problem(
    'CONFLICT',
    'The graph changed while one state of it was read: its server does not keep writers out, or does not keep what a transaction saw. Set its isolation to snapshots, or use the server’s own backup.',
  );
}
