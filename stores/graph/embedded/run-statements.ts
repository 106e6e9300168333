/** Statements of a journalled write, run in a transaction of the engine. */

import type { GrafeoDB } from '@grafeo-db/js';
import type { Row } from '../graph-store.ts';
import type { JournalledWrite } from './journal.ts';

/** A write that meets a conflict is tried again this often. */
const CONFLICT_RETRIES = 5;

export type Transaction = ReturnType<GrafeoDB['beginTransaction']>;

export interface Ran {
  readonly rows: readonly (readonly Row[])[];
  /** How many nodes were removed. */
  readonly removed: number;
}

export async function run(transaction: Transaction, statements: JournalledWrite): Promise<Ran> {
  const rows: (readonly Row[])[] = [];
  let removed = 0;
  for (const { cypher, parameters } of statements) {
    const result = await transaction.executeCypher(cypher, parameters);
    removed += result.counters.nodesDeleted;
    rows.push(rowsOf(result));
  }
  return { rows, removed };
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
