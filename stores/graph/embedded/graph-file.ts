/** The file of the embedded graph: opened and brought up to its journal, rebuilt where it does not fit, and copied. */

import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import grafeo, { type GrafeoDB } from '@grafeo-db/js';
import { Problem } from '../../../platform/errors.ts';
import { INDEXES } from '../statements/schema.ts';
import type { Journal } from './journal.ts';
import { begin, rowsOf } from './run-statements.ts';

/** The engine's own log is folded into its file when it has grown by this much, in bytes. */
const WAL_BYTES_MAX = 64_000_000;

export interface Paths {
  readonly graph: string;
  readonly snapshot: string;
  readonly journal: string;
}

export function pathsIn(directory: string): Paths {
  return {
    graph: join(directory, 'graph.grafeo'),
    snapshot: join(directory, 'snapshot.grafeo'),
    journal: join(directory, 'journal.sqlite'),
  };
}

const REVISION_TYPE = 'Revision';
const READ_REVISION = `MATCH (n:${REVISION_TYPE} {id: 'graph'}) RETURN n.value AS value`;
export const WRITE_REVISION = `MERGE (n:${REVISION_TYPE} {id: 'graph'}) SET n.value = $value`;

export interface OpenedGraph {
  readonly database: GrafeoDB;
  readonly revision: number;
  readonly notices: readonly string[];
}

/** Opens the graph and brings it up to the journal; rebuilds it when its file does not fit. */
export async function openGraph(paths: Paths, journal: Journal): Promise<OpenedGraph> {
  const first = await openFile(paths.graph).catch((error: unknown) => describe(error));
  if (typeof first === 'string') return rebuild(paths, journal, first);
  const reached = await readRevision(first);
  const isGone = reached === 0 && journal.last() === 0 && existsSync(paths.snapshot);
  if (!isGone && joins(journal, reached)) return bringUpToDate(first, { reached, paths, journal });
  first.close();
  return rebuild(paths, journal, isGone ? 'it is gone' : 'it is older than the journal reaches back');
}

/** Whether the journal has every write behind that revision. */
function joins(journal: Journal, revision: number): boolean {
  return (journal.first() ?? journal.last() + 1) <= revision + 1;
}

async function rebuild(paths: Paths, journal: Journal, reason: string): Promise<OpenedGraph> {
  const snapshot = await revisionOfSnapshot(paths);
  if (journal.last() === 0 || !joins(journal, snapshot ?? 0)) throw notRebuilt(paths, journal, reason);
  moveAside(paths.graph);
  if (snapshot !== null) copySnapshot(paths);
  const database = await openFile(paths.graph);
  const notice = `The graph could not be opened as it was (${reason}); it is rebuilt from ${
    snapshot === null ? '' : 'the last snapshot and '
  }the journal. The old files were kept with the ending ".damaged".`;
  return bringUpToDate(database, { reached: snapshot ?? 0, paths, journal, notices: [notice] });
}

/** What is there stays as it is: the next start finds the same, and says the same. */
function notRebuilt(paths: Paths, journal: Journal, reason: string): Problem {
  const why =
    journal.last() === 0
      ? `its journal, ${paths.journal}, is gone or empty`
      : `its journal begins behind what there is to rebuild it from`;
  const otherwise = existsSync(paths.snapshot)
    ? `To go on with the last snapshot, and lose what was written behind it, move ${paths.snapshot} and the journal away, and the snapshot to ${paths.graph}.`
    : `Where nothing was ever written, remove ${paths.graph}.`;
  return new Problem(
    'UNAVAILABLE',
    `The graph cannot be opened (${reason}), and ${why}. Restore the data folder from a backup; nothing was changed. ${otherwise}`,
  );
}

interface Behind {
  readonly reached: number;
  readonly paths: Paths;
  readonly journal: Journal;
  readonly notices?: readonly string[];
}

/** Replays what the journal holds and the graph does not. */
async function bringUpToDate(
  database: GrafeoDB,
  { reached, paths, journal, notices = [] }: Behind,
): Promise<OpenedGraph> {
  let revision = reached;
  for (const { sequence, write } of journal.after(reached)) {
    if (sequence !== revision + 1) throw lacking(paths, revision + 1, sequence - 1);
    const { transaction } = await begin(database, write);
    await transaction.executeCypher(WRITE_REVISION, { value: sequence });
    transaction.commit();
    revision = sequence;
  }
  const replayed = revision - reached;
  const last = journal.last();
  if (reached > last) {
    // From here on it can be rebuilt again.
    takeSnapshot(database, journal, paths, reached);
    journal.continueBehind(reached);
  }
  return {
    database,
    revision,
    notices: [
      ...notices,
      ...(replayed > 0 ? [`${replayed} writes were replayed from the journal.`] : []),
      ...(reached > last
        ? [`The graph is at ${reached} but the journal ends at ${last}: the journal was replaced.`]
        : []),
    ],
  };
}

function lacking(paths: Paths, from: number, to: number): Problem {
  return new Problem(
    'UNAVAILABLE',
    `The journal ${paths.journal} lacks the writes ${from} to ${to}. Restore the data folder from a backup.`,
  );
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
export function takeSnapshot(database: GrafeoDB, journal: Journal, paths: Paths, revision: number): void {
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

/** Null where there is none. */
async function revisionOfSnapshot(paths: Paths): Promise<number | null> {
  if (!existsSync(paths.snapshot)) return null;
  const snapshot = grafeo.GrafeoDB.openReadOnly(paths.snapshot);
  try {
    return await readRevision(snapshot);
  } finally {
    snapshot.close();
  }
}

const KEPT = /\.damaged(?:\.\d+)?$/;

/** The engine keeps files beside its own (`.wal`, …): all of them move together, and what was moved before stays. */
function moveAside(path: string): void {
  const folder = join(path, '..');
  const name = path.slice(folder.length + 1);
  for (const entry of readdirSync(folder)) {
    if ((entry !== name && !entry.startsWith(`${name}.`)) || KEPT.test(entry)) continue;
    let kept = join(folder, `${entry}.damaged`);
    for (let count = 2; existsSync(kept); count++) kept = join(folder, `${entry}.damaged.${count}`);
    renameSync(join(folder, entry), kept);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
