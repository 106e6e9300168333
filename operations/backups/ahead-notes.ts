/**
 * Which nodes were carried ahead of the cut, and what they were like: in a file of SQLite, so that the notes of any number
 * of documents need no memory. It is of no use after a crash, so nothing is done to have it survive one.
 */

import { DatabaseSync } from 'node:sqlite';
import type { CarriedLabel } from '../../stores/graph/statements/transfer.ts';

export interface NotedNode {
  readonly id: string;
  /** The same for the same properties. */
  readonly fingerprint: string;
}

export interface AheadNotes {
  add(label: CarriedLabel, nodes: readonly NotedNode[]): void;
  /** Whether it was carried as it is now. */
  has(label: CarriedLabel, node: NotedNode): boolean;
  close(): void;
}

export function openAheadNotes(path: string): AheadNotes {
  const database = new DatabaseSync(path);
  database.exec(
    `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
     CREATE TABLE note (label TEXT, id TEXT, fingerprint TEXT, PRIMARY KEY (label, id)) WITHOUT ROWID`,
  );
  const insert = database.prepare('INSERT OR REPLACE INTO note VALUES (?, ?, ?)');
  const find = database.prepare('SELECT 1 FROM note WHERE label = ? AND id = ? AND fingerprint = ?');
  return {
    add: (label, nodes) => {
      database.exec('BEGIN');
      for (const { id, fingerprint } of nodes) insert.run(label, id, fingerprint);
      database.exec('COMMIT');
    },
    has: (label, { id, fingerprint }) => find.get(label, id, fingerprint) !== undefined,
    close: () => database.close(),
  };
}
