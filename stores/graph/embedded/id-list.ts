/**
 * Ids in order, in memory: what the engine has no index for. SQLite keeps them, in its own order of texts, which is that
 * of their bytes as it is the engine's, at some 36 bytes for an id of 26.
 */

import { DatabaseSync } from 'node:sqlite';

export interface IdList {
  readonly size: number;
  add(ids: readonly string[]): void;
  /** The next ids behind `after`, fewer than `limit` only at the end; null once it was dropped. */
  behind(after: string, limit: number): readonly string[] | null;
  /** Lets go of all of them. Idempotent. */
  drop(): void;
}

export interface IdLists {
  create(): IdList;
  close(): void;
}

export function createIdLists(): IdLists {
  const database = new DatabaseSync(':memory:');
  let lists = 0;
  return {
    create: () => {
      lists += 1;
      return createList(database, `list_${lists}`);
    },
    close: () => database.close(),
  };
}

function createList(database: DatabaseSync, table: string): IdList {
  database.exec(`CREATE TABLE ${table} (id TEXT PRIMARY KEY) WITHOUT ROWID`);
  const insert = database.prepare(`INSERT OR IGNORE INTO ${table} VALUES (?)`);
  const select = database.prepare(`SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`);
  let size = 0;
  let isDropped = false;
  return {
    get size() {
      return size;
    },
    add: (ids) => {
      let added = 0;
      database.exec('BEGIN');
      try {
        for (const id of ids) added += Number(insert.run(id).changes);
        database.exec('COMMIT');
      } catch (error) {
        // All lists are of this one database: left open, it would take no more of any.
        database.exec('ROLLBACK');
        throw error;
      }
      size += added;
    },
    behind: (after, limit) => (isDropped ? null : select.all(after, limit).map((row) => String(row['id']))),
    drop: () => {
      if (!isDropped) database.exec(`DROP TABLE ${table}`);
      isDropped = true;
      size = 0;
    },
  };
}
