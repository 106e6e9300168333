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

export interface Beginning {
  /** There is a graph, and the journal beside it is new. */
  readonly isJournalLost: boolean;
}

/** Opens the graph and brings it up to the journal; rebuilds it when its file does not fit. */
export async function openGraph(paths: Paths, journal: Journal, beginning: Beginning): Promise<OpenedGraph> {
  const first = await openFile(paths.graph).catch((error: unknown) => describe(error));
  if (typeof first !== 'string') {
    const reached = await readRevision(first);
    const gap = (journal.first() ?? journal.last() + 1) > reached + 1;
    if (!gap) return bringUpToDate(first, reached, journal, []);
    first.close();
  }
  const reason = typeof first === 'string' ? first : 'it is older than the journal reaches back';
  return rebuild(paths, journal, { ...beginning, reason });
}

async function rebuild(
  paths: Paths,
  journal: Journal,
  { isJournalLost, reason }: Beginning & { readonly reason: string },
): Promise<OpenedGraph> {
  const snapshot = existsSync(paths.snapshot);
  if (!snapshot && (isJournalLost || (journal.first() ?? 1) > 1)) {
    const lacking = isJournalLost ? 'neither a snapshot nor the journal' : 'no snapshot';
    throw new Problem(
      'UNAVAILABLE',
      `The graph cannot be opened (${reason}) and there is ${lacking} to rebuild it from. Restore the data folder from a backup; ${paths.graph} is left as it is.`,
    );
  }
  moveAside(paths.graph);
  if (snapshot) copySnapshot(paths);
  const database = await openFile(paths.graph);
  const notice = `The graph could not be opened as it was (${reason}); it is rebuilt from ${
    snapshot ? 'the last snapshot and ' : ''
  }the journal${isJournalLost ? ', which was gone: what was written behind the snapshot is lost' : ''}. The old files were kept with the ending ".damaged".`;
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

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
