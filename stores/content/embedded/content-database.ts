/** The content store's SQLite file. Synchronous, so it lives in a worker thread. */

import { createHash, type Hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { invariant } from '../../../platform/errors.ts';
import type { ContentKey, ContentPage } from '../content-store.ts';

/** A blob is kept in pieces of this size, in bytes, so that a range of a large one is read without the rest. */
const SEGMENT_BYTES = 1_000_000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS blob (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    hash TEXT,
    written_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant, hash)
  );
  CREATE TABLE IF NOT EXISTS segment (
    blob INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (blob, position)
  );
`;

export type ContentItem = ContentKey & { readonly bytes: Uint8Array };

export interface ContentDatabase {
  open(): void;
  put(items: readonly ContentItem[]): void;
  /** Begins a blob whose hash is not known yet; resolves to its number. */
  begin(tenant: string): number;
  append(blob: number, bytes: Uint8Array): void;
  /** Ends it: from here on it is found by the hash returned. */
  finish(blob: number): { readonly hash: string; readonly bytes: number };
  abandon(blob: number): void;
  has(keys: readonly ContentKey[]): readonly boolean[];
  list(tenant: string, page: { readonly after: string | null; readonly limit: number }): ContentPage;
  getRange(key: ContentKey, start: number, end: number): Uint8Array | null;
  getStarts(keys: readonly ContentKey[], bytes: number): readonly (Uint8Array | null)[];
  remove(keys: readonly ContentKey[]): number;
  version(): string;
  close(): void;
}

interface Unfinished {
  readonly tenant: string;
  readonly hash: Hash;
  readonly pending: Uint8Array[];
  pendingBytes: number;
  bytes: number;
  segments: number;
}

export function createContentDatabase(directory: string): ContentDatabase {
  let database: DatabaseSync;
  let statements: Statements;
  const unfinished = new Map<number, Unfinished>();

  const atomically = <Value>(run: () => Value): Value => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const value = run();
      database.exec('COMMIT');
      return value;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  const findBlob = ({ tenant, hash }: ContentKey): number | null => {
    const row = statements.blob.get(tenant, hash);
    return row === undefined ? null : Number(row.id);
  };
  const rangeOf = (key: ContentKey, start: number, end: number): Uint8Array | null => {
    const blob = findBlob(key);
    if (blob === null) return null;
    const first = Math.floor(start / SEGMENT_BYTES);
    const rows = statements.segments.all(blob, first, SEGMENT_BYTES, end);
    const joined = Buffer.concat(rows.map((row) => row.data as Uint8Array));
    return new Uint8Array(joined.subarray(start - first * SEGMENT_BYTES, end - first * SEGMENT_BYTES));
  };
  const noteWritten = (blob: number) => {
    statements.written.run(Date.now(), blob);
  };
  const insertSegment = (blob: number, position: number, data: Uint8Array) =>
    statements.insertSegment.run(blob, position, data);

  const putOne = ({ tenant, hash, bytes }: ContentItem) => {
    const known = findBlob({ tenant, hash });
    if (known !== null) return noteWritten(known);
    const { lastInsertRowid } = statements.insertBlob.run(tenant, hash, Date.now());
    for (let start = 0; start === 0 || start < bytes.length; start += SEGMENT_BYTES) {
      insertSegment(
        Number(lastInsertRowid),
        start / SEGMENT_BYTES,
        bytes.subarray(start, start + SEGMENT_BYTES),
      );
    }
  };

  /** Writes whole segments; the rest waits for more, unless this is the end. */
  const flush = (blob: number, state: Unfinished, options: { readonly atEnd: boolean }) => {
    let joined = Buffer.concat(state.pending);
    while (joined.length >= SEGMENT_BYTES || (options.atEnd && (joined.length > 0 || state.segments === 0))) {
      insertSegment(blob, state.segments++, joined.subarray(0, SEGMENT_BYTES));
      joined = joined.subarray(SEGMENT_BYTES);
    }
    state.pending.splice(0, state.pending.length, joined);
    state.pendingBytes = joined.length;
  };
  const stateOf = (blob: number): Unfinished => {
    const state = unfinished.get(blob);
    invariant(state, 'an unfinished blob is written only between begin and finish');
    return state;
  };

  return {
    open: () => {
      mkdirSync(directory, { recursive: true });
      database = new DatabaseSync(join(directory, 'content.sqlite'));
      database.exec(SCHEMA);
      addWritingTime(database);
      statements = prepareStatements(database);
      // Whatever a crash left unfinished was never acknowledged.
      database.exec('DELETE FROM blob WHERE hash IS NULL');
    },
    put: (items) => atomically(() => items.forEach(putOne)),
    begin: (tenant) => {
      const { lastInsertRowid } = database.prepare('INSERT INTO blob (tenant) VALUES (?)').run(tenant);
      const state = {
        tenant,
        hash: createHash('sha256'),
        pending: [],
        pendingBytes: 0,
        bytes: 0,
        segments: 0,
      };
      unfinished.set(Number(lastInsertRowid), state);
      return Number(lastInsertRowid);
    },
    append: (blob, bytes) => {
      const state = stateOf(blob);
      state.hash.update(bytes);
      state.bytes += bytes.length;
      state.pending.push(bytes);
      state.pendingBytes += bytes.length;
      if (state.pendingBytes >= SEGMENT_BYTES) flush(blob, state, { atEnd: false });
    },
    finish: (blob) => {
      const state = stateOf(blob);
      const key = { tenant: state.tenant, hash: `sha256:${state.hash.digest('hex')}` };
      atomically(() => {
        flush(blob, state, { atEnd: true });
        const known = findBlob(key);
        if (known === null) database.prepare('UPDATE blob SET hash = ? WHERE id = ?').run(key.hash, blob);
        else database.prepare('DELETE FROM blob WHERE id = ?').run(blob);
        noteWritten(known ?? blob);
      });
      unfinished.delete(blob);
      return { hash: key.hash, bytes: state.bytes };
    },
    abandon: (blob) => {
      unfinished.delete(blob);
      database.prepare('DELETE FROM blob WHERE id = ?').run(blob);
    },
    has: (keys) => keys.map((key) => findBlob(key) !== null),
    list: (tenant, { after, limit }) => {
      const contents = database
        .prepare(
          `SELECT b.hash, b.written_at, (SELECT sum(length(s.data)) FROM segment s WHERE s.blob = b.id) AS bytes
           FROM blob b WHERE b.tenant = ? AND b.hash > ? ORDER BY b.hash LIMIT ?`,
        )
        .all(tenant, after ?? '', limit)
        .map((row) => ({
          hash: String(row.hash),
          bytes: Number(row.bytes),
          writtenAt: Number(row.written_at),
        }));
      return { contents, next: contents.length < limit ? null : (contents.at(-1)?.hash ?? null) };
    },
    getRange: rangeOf,
    getStarts: (keys, bytes) => keys.map((key) => rangeOf(key, 0, bytes)),
    remove: (keys) =>
      atomically(() => {
        const blobs = keys.map(findBlob).filter((blob) => blob !== null);
        for (const blob of blobs) database.prepare('DELETE FROM blob WHERE id = ?').run(blob);
        return blobs.length;
      }),
    version: () => String(database.prepare('SELECT sqlite_version() AS version').get()?.version),
    close: () => database.close(),
  };
}

/** Of every read and put: to prepare them costs more than to run them. */
function prepareStatements(database: DatabaseSync) {
  return {
    written: database.prepare('UPDATE blob SET written_at = ? WHERE id = ?'),
    insertBlob: database.prepare('INSERT INTO blob (tenant, hash, written_at) VALUES (?, ?, ?)'),
    insertSegment: database.prepare('INSERT INTO segment (blob, position, data) VALUES (?, ?, ?)'),
    blob: database.prepare('SELECT id FROM blob WHERE tenant = ? AND hash = ?'),
    segments: database.prepare(
      'SELECT data FROM segment WHERE blob = ? AND position >= ? AND position * ? < ? ORDER BY position',
    ),
  };
}
type Statements = ReturnType<typeof prepareStatements>;

/** Files from before it was kept have no such column. */
function addWritingTime(database: DatabaseSync): void {
  const columns = database.prepare(`SELECT name FROM pragma_table_info('blob')`).all();
  if (columns.some(({ name }) => name === 'written_at')) return;
  database.exec('ALTER TABLE blob ADD COLUMN written_at INTEGER NOT NULL DEFAULT 0');
}
