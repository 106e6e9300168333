/** The embedded indexes of an installation, changed behind everybody's back. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect, type Table } from '@lancedb/lancedb';
import type { Rooms } from '../harness.ts';

/** `POSTINGS` in the statement stands for the table of postings, whose name tells its version. */
export function changeKeywords(
  { directory }: Pick<Rooms, 'directory'>,
  sql: string,
  values: readonly string[] = [],
): void {
  const database = new DatabaseSync(join(directory, 'vectors', 'keywords.sqlite'), { defensive: false });
  try {
    const postings = database
      .prepare(
        `SELECT name FROM sqlite_schema WHERE name LIKE 'posting\\_%' ESCAPE '\\' AND sql LIKE '%fts5%'`,
      )
      .get();
    database.prepare(sql.replaceAll('POSTINGS', String(postings?.name))).run(...values);
  } finally {
    database.close();
  }
}

export async function changeVectors(
  { directory }: Pick<Rooms, 'directory'>,
  change: (table: Table) => Promise<unknown>,
): Promise<void> {
  const connection = await connect(join(directory, 'vectors', 'dense'));
  for (const name of await connection.tableNames()) await change(await connection.openTable(name));
  connection.close();
}
