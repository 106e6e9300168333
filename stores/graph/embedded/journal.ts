/**
 * The journal of the embedded graph: every write, in order, synced to disk before it is committed to the graph.
 * The engine's own log reaches the disk in groups; this one makes an acknowledged write survive a power cut, and
 * is what a damaged graph is rebuilt from.
 */

import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '../../../platform/errors.ts';

/** A write, or a part of one, as it is replayed: Cypher texts with their parameters. */
export type JournalledWrite = readonly {
  readonly cypher: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}[];

export interface Journal {
  /** Number of the last entry; 0 for none ever. */
  last(): number;
  /** Number of the first entry still kept, or null when none is. */
  first(): number | null;
  /** From here to `commit` or `rollback`, entries belong together: all of them are kept, or none. */
  begin(): void;
  /** Keeps a `JournalledWrite` as JSON. Numbers follow each other without a gap. */
  append(sequence: number, body: string): void;
  /** What was appended is durable when it returns. */
  commit(): void;
  rollback(): void;
  /** Takes back the entries behind `sequence`, whose commit to the graph failed. */
  retractAfter(sequence: number): void;
  /** The entries behind `sequence`, in order. Throws when one is damaged. */
  after(sequence: number): Iterable<{ readonly sequence: number; readonly write: JournalledWrite }>;
  /** Lets go of the entries up to `sequence`, which a snapshot holds. */
  discardThrough(sequence: number): void;
  /** Begins anew behind `sequence`, with nothing: a snapshot holds all until there. */
  continueBehind(sequence: number): void;
  /** Bytes of the entries kept. */
  bytes(): number;
  close(): void;
}

/** Opens or creates the journal and keeps every other process out while it is open. */
export function openJournal(path: string): Journal {
  const database = openDatabase(path);
  const insert = database.prepare('INSERT INTO entry (sequence, checksum, body) VALUES (?, ?, ?)');
  /** Since `begin`. */
  let appended = 0;
  let bytes = Number(database.prepare('SELECT coalesce(sum(length(body)), 0) AS n FROM entry').get()?.n ?? 0);
  return {
    last: () =>
      Number(
        database.prepare("SELECT coalesce(max(seq), 0) AS n FROM sqlite_sequence WHERE name = 'entry'").get()
          ?.n ?? 0,
      ),
    first: () => nullableNumber(database.prepare('SELECT min(sequence) AS n FROM entry').get()?.n),
    begin: () => {
      database.exec('BEGIN');
      appended = 0;
    },
    append: (sequence, body) => {
      insert.run(sequence, checksum(sequence, body), body);
      appended += body.length;
    },
    commit: () => {
      database.exec('COMMIT');
      bytes += appended;
    },
    rollback: () => {
      if (database.isTransaction) database.exec('ROLLBACK');
    },
    retractAfter: (sequence) => {
      database.exec('BEGIN');
      database.prepare('DELETE FROM entry WHERE sequence > ?').run(sequence);
      database.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'entry'").run(sequence);
      database.exec('COMMIT');
    },
    after: function* (sequence) {
      for (const row of database
        .prepare('SELECT * FROM entry WHERE sequence > ? ORDER BY sequence')
        .iterate(sequence)) {
        yield readEntry(path, Number(row.sequence), String(row.checksum), String(row.body));
      }
    },
    discardThrough: (sequence) => {
      database.prepare('DELETE FROM entry WHERE sequence <= ?').run(sequence);
      bytes = Number(database.prepare('SELECT coalesce(sum(length(body)), 0) AS n FROM entry').get()?.n ?? 0);
    },
    continueBehind: (sequence) => {
      database.exec("BEGIN; DELETE FROM entry; DELETE FROM sqlite_sequence WHERE name = 'entry'");
      database.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('entry', ?)").run(sequence);
      database.exec('COMMIT');
      bytes = 0;
    },
    bytes: () => bytes,
    close: () => database.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path);
    // Exclusive locking is also what keeps a second process from opening the same graph.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(
      'CREATE TABLE IF NOT EXISTS entry (sequence INTEGER PRIMARY KEY AUTOINCREMENT, checksum TEXT NOT NULL, body TEXT NOT NULL)',
    );
    return database;
  } catch (cause) {
    if (cause instanceof Error && /locked|busy/i.test(cause.message)) {
      throw new Problem(
        'CONFLICT',
        `Another process has the graph at ${path} open. Stop it, or use another data folder.`,
        { cause },
      );
    }
    throw damaged(path, cause);
  }
}

function readEntry(path: string, sequence: number, expected: string, body: string) {
  if (checksum(sequence, body) !== expected)
    throw damaged(path, new Error(`entry ${sequence} has a wrong checksum`));
  return { sequence, write: JSON.parse(body) as JournalledWrite };
}

function damaged(path: string, cause: unknown): Problem {
  return new Problem(
    'UNAVAILABLE',
    `The journal at ${path} is damaged (${cause instanceof Error ? cause.message : String(cause)}). Restore the data folder from a backup; nothing was changed.`,
    { cause },
  );
}

function checksum(sequence: number, body: string): string {
  return createHash('sha256').update(`${sequence}:${body}`).digest('base64');
}

function nullableNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
