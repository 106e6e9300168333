/** Statements of a journalled write, run in a transaction of the engine. */

import type { GrafeoDB } from '@grafeo-db/js';
import type { Row } from '../graph-store.ts';
import type { JournalledWrite } from './journal.ts';

/** A write that meets a conflict is tried again this often. */
const CONFLICT_RETRIES = 5;

export type Transaction = ReturnType<GrafeoDB['beginTransaction']>;

export async function run(transaction: Transaction, statements: JournalledWrite) {
  const rows: (readonly Row[])[] = [];
  for (const { cypher, parameters } of statements)
    rows.push(rowsOf(await transaction.executeCypher(cypher, parameters)));
  return rows;
}

/** Runs the statements in a transaction that is left open. */
export async function begin(database: GrafeoDB, statements: JournalledWrite) {
  const transaction = database.beginTransaction();
  try {
    return { transaction, rows: await run(transaction, statements) };
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
