/**
 * Grafeo with its journal. Runs in a worker thread: the journal syncs and checkpoints block whoever calls them.
 *
 * A write is applied in an open transaction first, part by part, so that a statement that cannot run never enters the
 * journal; then journalled, then committed. A crash before the journal leaves nothing; one behind it is mended on opening,
 * where a counter node, written in the same transaction, says how far the graph got.
 */

import { mkdirSync } from 'node:fs';
import type { GrafeoDB } from '@grafeo-db/js';
import type { BesideRead, Row } from '../graph-store.ts';
import { toEngineText } from './dialect.ts';
import { openGraph, pathsIn, takeSnapshot, WRITE_REVISION } from './graph-file.ts';
import { createHeldIds, type HeldIdsOptions } from './held-ids.ts';
import { createIdPages, type IdPagesOptions, type PageQuery, type PageRead } from './id-pages.ts';
import { type Journal, type JournalledWrite, openJournal } from './journal.ts';
import { type MadeByWrite, madeBy } from './made-ids.ts';
import { type RemovedNodes, removedBy } from './removed-nodes.ts';
import { beginRetrying, type Counts, rowsOf, run, type Transaction } from './run-statements.ts';
import { createSnapshots } from './snapshots.ts';

/** The journal is cut by a snapshot when it has grown beyond this, in bytes. */
const JOURNAL_BYTES_MAX = 256_000_000;

export interface EngineOptions extends HeldIdsOptions, IdPagesOptions {
  readonly directory: string;
  readonly journalBytesMax?: number;
}

export interface OpenedEngine {
  readonly revision: number;
  /** What had to be mended, in sentences for the log. */
  readonly notices: readonly string[];
}

export interface OpenedSnapshot {
  readonly id: number;
  readonly revision: number;
}

export interface GraphEngine {
  open(): Promise<OpenedEngine>;
  read(cypher: string, parameters: Readonly<Record<string, unknown>>): Promise<readonly Row[]>;
  /** As `read` of the query's Cypher, at less cost where ids are held in order; begins to hold those that it lacks. */
  readPage(query: PageQuery): Promise<PageRead>;
  /** Resolves once no ids are being read in order to be held. */
  idsHeld(): Promise<void>;
  /**
   * Applies a part of a write, a `JournalledWrite` as JSON, and commits all parts behind the `last`; one that fails
   * takes back the parts before it. What is applied is, letter by letter, what would be replayed. One write at a time.
   */
  write(
    body: string,
    last: boolean,
  ): Promise<{ readonly revision: number; readonly rows: readonly (readonly Row[])[] }>;
  /** Takes back the parts of a write that will not be finished. */
  rollback(): void;
  /** From here on `readSnapshot` sees the graph as it is now, until it is closed. */
  openSnapshot(): OpenedSnapshot;
  readSnapshot(
    id: number,
    cypher: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<readonly Row[]>;
  /** What the export `beside` of a module makes of the view; of the graph as it is where that is null. */
  runBeside(id: number | null, module: string, input: unknown): Promise<unknown>;
  closeSnapshot(id: number): void;
  version(): string;
  close(): Promise<void>;
}

export function createEngine(options: EngineOptions): GraphEngine {
  const paths = pathsIn(options.directory);
  let database: GrafeoDB;
  let journal: Journal;
  let revision = 0;
  let open: OpenWrite | null = null;
  const snapshots = createSnapshots(() => database);
  const held = createHeldIds(() => database, options);
  const pages = createIdPages(() => database, held, options);

  const readable = (id: number | null) => (id === null ? database : snapshots.at(id));
  const rollback = () => {
    const undone = open;
    open = null;
    if (undone === null) return;
    journal.rollback();
    if (undone.transaction.isActive) undone.transaction.rollback();
  };
  const apply = async (body: string): Promise<OpenWrite & { readonly rows: readonly (readonly Row[])[] }> => {
    const statements = JSON.parse(body) as JournalledWrite;
    const { transaction, rows, counts } =
      open === null
        ? await beginRetrying(database, statements)
        : { transaction: open.transaction, ...(await run(open.transaction, statements)) };
    const sequence = (open?.sequence ?? revision) + 1;
    if (open === null) journal.begin();
    const changes = [...(open?.changes ?? []), changeOf(statements, counts)];
    open = { transaction, sequence, changes };
    journal.append(sequence, body);
    return { ...open, rows };
  };
  const commit = async ({ transaction, sequence, changes }: OpenWrite) => {
    await transaction.executeCypher(WRITE_REVISION, { value: sequence });
    journal.commit();
    open = null;
    try {
      transaction.commit();
    } catch (error) {
      journal.retractAfter(revision);
      throw error;
    }
    revision = sequence;
    for (const { made, removed } of changes) held.note(made, removed);
    if (journal.bytes() > (options.journalBytesMax ?? JOURNAL_BYTES_MAX))
      takeSnapshot(database, journal, paths, revision);
  };

  return {
    open: async () => {
      mkdirSync(options.directory, { recursive: true });
      journal = openJournal(paths.journal);
      const opened = await openGraph(paths, journal);
      database = opened.database;
      revision = opened.revision;
      return { revision, notices: opened.notices };
    },
    read: async (cypher, parameters) =>
      rowsOf(await database.executeCypher(toEngineText(cypher), parameters)),
    readPage: pages.read,
    idsHeld: held.settled,
    write: async (body, last) => {
      try {
        const { rows, ...applied } = await apply(body);
        if (last) await commit(applied);
        return { revision, rows };
      } catch (error) {
        rollback();
        throw error;
      }
    },
    rollback,
    openSnapshot: () => ({ id: snapshots.open(), revision }),
    readSnapshot: async (id, cypher, parameters) =>
      rowsOf(await snapshots.at(id).executeCypher(toEngineText(cypher), parameters)),
    runBeside: async (id, module, input) => {
      const { beside } = (await import(module)) as BesideModule;
      const read: BesideRead = async ({ cypher, parameters, decode }) =>
        rowsOf(await readable(id).executeCypher(toEngineText(cypher), parameters)).map((row) => decode(row));
      return beside(read, input);
    },
    closeSnapshot: snapshots.close,
    version: () => database.version(),
    close: async () => {
      await held.close();
      snapshots.closeAll();
      database.close();
      journal.close();
    },
  };
}

interface BesideModule {
  beside(read: BesideRead, input: unknown): Promise<unknown>;
}

/** A write of which some parts are applied and journalled, and none is committed. */
interface OpenWrite {
  readonly transaction: Transaction;
  /** Of the part applied last; each has a number, so that replaying may stop between two. */
  readonly sequence: number;
  /** By part. */
  readonly changes: readonly Change[];
}

interface Change {
  readonly made: MadeByWrite;
  readonly removed: readonly RemovedNodes[];
}

function changeOf(statements: JournalledWrite, counts: readonly Counts[]): Change {
  return { made: madeBy(statements, counts), removed: removedBy(statements, counts) };
}
