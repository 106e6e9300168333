/**
 * Grafeo with its journal. Runs in a worker thread: the journal syncs and checkpoints block whoever calls them.
 *
 * A write is applied in an open transaction first, part by part, so that a statement that cannot run never enters the
 * journal; then journalled, then committed. A crash before the journal leaves nothing; one behind it is mended on opening,
 * where a counter node, written in the same transaction, says how far the graph got.
 */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import grafeo, { type GrafeoDB } from '@grafeo-db/js';
import { Problem } from '../../../platform/errors.ts';
import type { Row } from '../graph-store.ts';
import { INDEXES } from '../statements/schema.ts';
import { type Journal, type JournalledWrite, openJournal } from './journal.ts';

/** The engine's own log is folded into its file when it has grown by this much, in bytes. */
const WAL_BYTES_MAX = 64_000_000;
/** The journal is cut by a snapshot when it has grown beyond this, in bytes. */
const JOURNAL_BYTES_MAX = 256_000_000;
/** A write that meets a conflict is tried again this often. */
const CONFLICT_RETRIES = 5;

export interface EngineOptions {
  readonly directory: string;
  readonly journalBytesMax?: number;
}

export interface OpenedEngine {
  readonly revision: number;
  /** What had to be mended, in sentences for the log. */
  readonly notices: readonly string[];
}

export interface GraphEngine {
  open(): Promise<OpenedEngine>;
  read(cypher: string, parameters: Readonly<Record<string, unknown>>): Promise<readonly Row[]>;
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
  version(): string;
  close(): void;
}

export function createEngine(options: EngineOptions): GraphEngine {
  const paths = pathsIn(options.directory);
  let database: GrafeoDB;
  let journal: Journal;
  let revision = 0;
  let open: OpenWrite | null = null;

  const rollback = () => {
    const undone = open;
    open = null;
    if (undone === null) return;
    journal.rollback();
    if (undone.transaction.isActive) undone.transaction.rollback();
  };
  const apply = async (body: string): Promise<OpenWrite & { readonly rows: readonly (readonly Row[])[] }> => {
    const statements = JSON.parse(body) as JournalledWrite;
    const { transaction, rows } =
      open === null
        ? await beginRetrying(database, statements)
        : { ...open, rows: await run(open.transaction, statements) };
    const sequence = (open?.sequence ?? revision) + 1;
    if (open === null) journal.begin();
    open = { transaction, sequence };
    journal.append(sequence, body);
    return { ...open, rows };
  };
  const commit = async ({ transaction, sequence }: OpenWrite) => {
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
    read: async (cypher, parameters) => rowsOf(await database.executeCypher(cypher, parameters)),
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
    version: () => database.version(),
    close: () => {
      database.close();
      journal.close();
    },
  };
}

interface Paths {
  readonly graph: string;
  readonly snapshot: string;
  readonly journal: string;
}

function pathsIn(directory: string): Paths {
  return {
    graph: join(directory, 'graph.grafeo'),
    snapshot: join(directory, 'snapshot.grafeo'),
    journal: join(directory, 'journal.sqlite'),
  };
}

const REVISION_TYPE = 'Revision';
const READ_REVISION = `MATCH (n:${REVISION_TYPE} {id: 'graph'}) RETURN n.value AS value`;
const WRITE_REVISION = `MERGE (n:${REVISION_TYPE} {id: 'graph'}) SET n.value = $value`;

type Transaction = ReturnType<GrafeoDB['beginTransaction']>;

/** A write of which some parts are applied and journalled, and none is committed. */
interface OpenWrite {
  readonly transaction: Transaction;
  /** Of the part applied last; each has a number, so that replaying may stop between two. */
  readonly sequence: number;
}

async function run(transaction: Transaction, statements: JournalledWrite) {
  const rows: (readonly Row[])[] = [];
  for (const { cypher, parameters } of statements)
    rows.push(rowsOf(await transaction.executeCypher(cypher, parameters)));
  return rows;
}

/** Runs the statements in a transaction that is left open. */
async function begin(database: GrafeoDB, statements: JournalledWrite) {
  const transaction = database.beginTransaction();
  try {
    return { transaction, rows: await run(transaction, statements) };
  } catch (error) {
    if (transaction.isActive) transaction.rollback();
    throw error;
  }
}

async function beginRetrying(database: GrafeoDB, statements: JournalledWrite) {
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

interface OpenedGraph {
  readonly database: GrafeoDB;
  readonly revision: number;
  readonly notices: readonly string[];
}

/** Opens the graph and brings it up to the journal; rebuilds it when its file does not fit. */
async function openGraph(paths: Paths, journal: Journal): Promise<OpenedGraph> {
  const first = await openFile(paths.graph).catch((error: unknown) => describe(error));
  if (typeof first !== 'string') {
    const reached = await readRevision(first);
    const gap = (journal.first() ?? journal.last() + 1) > reached + 1;
    if (!gap) return bringUpToDate(first, reached, journal, []);
    first.close();
  }
  const reason = typeof first === 'string' ? first : 'it is older than the journal reaches back';
  return rebuild(paths, journal, reason);
}

async function rebuild(paths: Paths, journal: Journal, reason: string): Promise<OpenedGraph> {
  moveAside(paths.graph);
  const snapshot = existsSync(paths.snapshot);
  if ((journal.first() ?? 1) > 1 && !snapshot) {
    throw new Problem(
      'UNAVAILABLE',
      `The graph cannot be opened (${reason}) and there is no snapshot to rebuild it from. Restore the data folder from a backup; the files were kept with the ending ".damaged".`,
    );
  }
  if (snapshot) copySnapshot(paths);
  const database = await openFile(paths.graph);
  const notice = `The graph could not be opened as it was (${reason}); it is rebuilt from ${
    snapshot ? 'the last snapshot and ' : ''
  }the journal. The old files were kept with the ending ".damaged".`;
  return bringUpToDate(database, await readRevision(database), journal, [notice]);
}

/** Replays what the journal holds and the graph does not. */
async function bringUpToDate(
  database: GrafeoDB,
  reached: number,
  journal: Journal,
  notices: readonly string[],
): Promise<OpenedGraph> {
  let revision = reached;
  for (const { sequence, write } of journal.after(reached)) {
    const { transaction } = await begin(database, write);
    await transaction.executeCypher(WRITE_REVISION, { value: sequence });
    transaction.commit();
    revision = sequence;
  }
  const replayed = revision - reached;
  const lost = reached > journal.last() && journal.last() > 0;
  return {
    database,
    revision,
    notices: [
      ...notices,
      ...(replayed > 0 ? [`${replayed} writes were replayed from the journal.`] : []),
      ...(lost
        ? [`The graph is at ${reached} but the journal ends at ${journal.last()}: the journal was replaced.`]
        : []),
    ],
  };
}

async function openFile(path: string): Promise<GrafeoDB> {
  const database = grafeo.GrafeoDB.create(path);
  database.setCheckpointTriggers({ walBytes: WAL_BYTES_MAX });
  for (const [label, properties] of Object.entries({ ...INDEXES, [REVISION_TYPE]: ['id'] })) {
    for (const property of properties) {
      await database.executeCypher(
        `CREATE INDEX ${label}_${property} IF NOT EXISTS FOR (n:${label}) ON (n.${property})`,
      );
    }
  }
  return database;
}

async function readRevision(database: GrafeoDB): Promise<number> {
  const [row] = rowsOf(await database.executeCypher(READ_REVISION, {}));
  return Number(row?.value ?? 0);
}

/** A whole copy of the graph, in place before the journal lets go of what it holds. */
function takeSnapshot(database: GrafeoDB, journal: Journal, paths: Paths, revision: number): void {
  const draft = `${paths.snapshot}.draft`;
  rmSync(draft, { force: true, recursive: true });
  database.save(draft);
  renameSync(draft, paths.snapshot);
  journal.discardThrough(revision);
}

function copySnapshot(paths: Paths): void {
  const snapshot = grafeo.GrafeoDB.openReadOnly(paths.snapshot);
  snapshot.save(paths.graph);
  snapshot.close();
}

/** The engine keeps files beside its own (`.wal`, …): all of them move together. */
function moveAside(path: string): void {
  const folder = join(path, '..');
  const name = path.slice(folder.length + 1);
  for (const entry of readdirSync(folder)) {
    if (entry !== name && !entry.startsWith(`${name}.`)) continue;
    if (entry.endsWith('.damaged')) continue;
    rmSync(join(folder, `${entry}.damaged`), { force: true, recursive: true });
    renameSync(join(folder, entry), join(folder, `${entry}.damaged`));
  }
}

function rowsOf(result: { toArray(): unknown[] }): readonly Row[] {
  return result.toArray() as Row[];
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
