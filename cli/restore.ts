/**
 * `trellis restore`: a backup into new data beside what is there, verified, then put in its place; or into the empty
 * engines of a file of settings. The server is stopped meanwhile; what was there is kept until it is confirmed.
 */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { collectionId } from '../model/ids.ts';
import { foldersOf, NOTHING_RESTORED, newRestoreId, type Restore } from '../model/restore.ts';
import { type Counts, countsOf } from '../operations/backups/count-restored.ts';
import type { RestoredScope } from '../operations/backups/restore-part.ts';
import type { OpenedSet, SetStore } from '../operations/backups/set-store.ts';
import { placeFiles, requireConfirmed, restoreBeside } from '../operations/restores/restore-beside.ts';
import {
  type Decided,
  NOTHING_DECIDED,
  type RestoreRun,
  restoreInto,
} from '../operations/restores/restore-into.ts';
import { completeSwitch } from '../operations/restores/switch-data.ts';
import { takePlace } from '../operations/restores/switching.ts';
import { createConfiguredSets, filesOf, noBackups } from '../parts/backups.ts';
import { isReplaceable, openIn, REPLAY } from '../parts/restores.ts';
import { createServedStores } from '../parts/serving.ts';
import type { Config } from '../platform/config.ts';
import { badInput, Problem } from '../platform/errors.ts';
import { createLog, type Log } from '../platform/log.ts';
import { fixedSecrets, type Secrets } from '../platform/secrets/secrets.ts';
import { openJournal } from '../stores/graph/embedded/journal.ts';
import { decidedIfReadable, decidedSince } from './decided-since.ts';
import type { Progress } from './progress.ts';

export interface RestoreCommand {
  readonly id: string;
  /** The destination; the installation's own data folder where it is left out. */
  readonly to: Config | null;
  readonly tenant: string | null;
  readonly collection: string | null;
  /** What opens the backup. */
  readonly secrets: Secrets;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface RestoreReport {
  readonly id: string;
  /** The moment whose state it is. */
  readonly cutAt: string;
  /** Of what was restored, by label, kind of edge and contents. */
  readonly counts: Counts;
  /** Folder of what was there before; null where nothing was replaced. */
  readonly kept: string | null;
}

export async function restore(config: Config, command: RestoreCommand): Promise<RestoreReport> {
  const sets = createConfiguredSets(config, command.secrets);
  if (sets === null) throw noBackups();
  const set = await sets.open(command.id, command.signal);
  const log = createLog({ level: config.LOG_LEVEL });
  const run = { sets, set, command, log };
  try {
    return command.to === null ? await inPlace(config, run) : await elsewhere(config, command.to, run);
  } finally {
    command.progress.stop();
  }
}

interface Run {
  readonly sets: SetStore;
  readonly set: OpenedSet;
  readonly command: RestoreCommand;
  readonly log: Log;
}

async function inPlace(config: Config, run: Run): Promise<RestoreReport> {
  const { command, set } = run;
  const folder = config.DATA_DIR;
  if (!isReplaceable(config))
    throw badInput(
      '--to',
      'or --into-running is needed: with the server stopped, engines on servers and folders elsewhere are not replaced. Give the settings of empty ones, or start the server.',
    );
  await mkdir(folder, { recursive: true });
  requireStopped(folder);
  await completeSwitch(folder);
  await requireConfirmed(folder);
  const decided = await decidedSince(config, run.set.manifest.cutAt, run.log);
  const release = holdGraph(folder);
  try {
    const restore = recordOf(set, command.id);
    const { beside, kept } = foldersOf(restore);
    const options = { folder, beside, open: openIn(config, run.log), files: filesOf(config) };
    const again = await restoreBeside(options, runOf(run, decided));
    const receipt = { ...NOTHING_RESTORED, restored: countOf(set, 'Document'), ...again };
    await takePlace(folder, { ...restore, receipt }, new Date());
    return report(set, countsOf(set.manifest), join(folder, kept));
  } finally {
    release();
  }
}

const BY = 'command line';

function recordOf({ manifest }: OpenedSet, backup: string): Restore {
  const at = new Date();
  return {
    ...{ id: newRestoreId(at), backup, requestedBy: BY, startedAt: at.toISOString(), cutAt: manifest.cutAt },
    ...{ scope: { kind: 'INSTALLATION' }, mode: null, withAccess: true, state: 'READY' },
    ...{ finishedAt: null, switchedAt: null, progress: null, problem: null, receipt: NOTHING_RESTORED },
  };
}

/** The installation that these settings speak of may be gone: then nobody can say what it erased. */
async function elsewhere(config: Config, to: Config, run: Run): Promise<RestoreReport> {
  await mkdir(to.DATA_DIR, { recursive: true });
  const decided = await decidedIfReadable(config, run.set.manifest.cutAt, run.log);
  const stores = await createServedStores(to, { secrets: fixedSecrets(to), log: run.log });
  const { embedder } = run.set.manifest;
  try {
    // With the embedder that made the vectors: where another one is configured, the next start says so.
    await Promise.all([stores.graph.open(), stores.content.open(), stores.vectors.open(embedder)]);
    const into = runOf(run, decided ?? NOTHING_DECIDED);
    const { counts } = await restoreInto(stores, into);
    await placeFiles(filesOf(to), into);
    return report(run.set, counts, null);
  } finally {
    await Promise.all([stores.graph.close(), stores.content.close(), stores.vectors.close()]);
  }
}

function runOf({ sets, set, command, log }: Run, decided: Decided): RestoreRun {
  const { id, tenant, collection, progress, signal } = command;
  return {
    ...{ sets, set, log, signal, decided, replay: REPLAY, by: BY },
    only: onlyOf(command),
    about: [id, tenant, collection].filter((target) => target !== null),
    onProgress: (step, done, total) => progress.update(done, total, step),
  };
}

function onlyOf({ tenant, collection }: RestoreCommand): RestoredScope | null {
  if (tenant === null && collection === null) return null;
  if (tenant === null)
    throw badInput('--tenant', 'is needed beside --collection: names are the tenant’s own.');
  return collection === null ? { tenant } : { tenant, collectionId: collectionId(tenant, collection) };
}

/**
 * Said before anything is read: what the journal says of it is meant for who starts a second server. One that does not open
 * is in nobody's hands.
 */
export function requireStopped(folder: string): void {
  try {
    holdGraph(folder)();
  } catch (cause) {
    if (!isInUse(cause)) return;
    const detail = `Trellis runs with the data in ${folder}. Stop it first, or restore into it while it runs: --into-running.`;
    throw new Problem('CONFLICT', detail, { cause });
  }
}

/** Keeps servers out while the data is replaced; refuses with CONFLICT where one has it open. */
function holdGraph(folder: string): () => void {
  const path = join(folder, 'graph', 'journal.sqlite');
  if (!existsSync(path)) return () => undefined;
  const journal = openJournal(path);
  return () => journal.close();
}

/** As {@link holdGraph}, also of a graph whose journal does not open any more: no server opens that either. */
export function holdIfReadable(folder: string): () => void {
  try {
    return holdGraph(folder);
  } catch (error) {
    if (isInUse(error)) throw error;
    return () => undefined;
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Problem && error.code === 'CONFLICT';
}

function report({ manifest }: OpenedSet, counts: Counts, kept: string | null): RestoreReport {
  const { set: id, cutAt } = manifest;
  return { id, cutAt, counts, kept };
}

function countOf({ manifest }: OpenedSet, label: string): number {
  return manifest.summaries[label]?.count ?? 0;
}

export function describeRestore({ id, cutAt, counts, kept }: RestoreReport): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    `Restored ${id}, as of ${cutAt}: ${some.map(([label, count]) => `${count} ${label}`).join(', ') || 'nothing of that is in it'}.`,
    ...(kept === null
      ? []
      : [
          `What was there is kept in ${kept}. Start Trellis and look; then "trellis restore --confirm", or --revert with Trellis stopped.`,
        ]),
  ].join('\n');
}
