/** Statements of a journalled write, run in a transaction of the engine. */

import type { GrafeoDB } from '@grafeo-db/js';
import type { Row } from '../graph-store.ts';
import type { JournalledWrite } from './journal.ts';

/** A write that meets a conflict is tried again this often. */
const CONFLICT_RETRIES = 5;

export type Transaction = ReturnType<GrafeoDB['beginTransaction']>;

/** How many nodes a statement made and removed. */
export interface Counts {
  readonly created: number;
  readonly deleted: number;
}

/** By statement. */
export interface Ran {
  readonly rows: readonly (readonly Row[])[];
  readonly counts: readonly Counts[];
}

export async function run(transaction: Transaction, statements: JournalledWrite): Promise<Ran> {
  const rows: (readonly Row[])[] = [];
  const counts: Counts[] = [];
  for (const { cypher, parameters } of statements) {
    const result = await transaction.executeCypher(cypher, parameters);
    const { nodesCreated: created, nodesDeleted: deleted } = result.counters;
    counts.push({ created, deleted });
    rows.push(rowsOf(result));
  }
  return { rows, counts };
}

/** Runs the statements in a transaction that is left open. */
export async function begin(database: GrafeoDB, statements: JournalledWrite) {
  const transaction = database.beginTransaction();
  try {
    return { transaction, ...(await run(transaction, statements)) };
  } catch (error) {
    if (transaction.isActive) transaction.rollback();
    throw error;
  }
}

export async function beginRetrying(database: GrafeoDB, statements: JournalledWrite) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await begin(database, statements);
    } catch (error) {
      if (!isConflict(error) || attempt >= CONFLICT_RETRIES) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && error.message.includes('GRAFEO-T001');
}

export function rowsOf(result: { toArray(): unknown[] }): readonly Row[] {
  return result.toArray() as Row[];
}
