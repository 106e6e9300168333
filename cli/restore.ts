/**
 * `trellis restore`: a backup into new data beside what is there, verified, then put in its place; or into the empty
 * engines of a file of settings. The server is stopped meanwhile; what was there is kept until it is confirmed.
 */

import { existsSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { createExclusive } from '../ingestion/exclusive.ts';
import { eraseAgain, erasuresSince } from '../ingestion/retention/erase-again.ts';
import { collectionId } from '../model/ids.ts';
import type { Erasure } from '../model/retention.ts';
import { createAuditLog } from '../operations/audit/audit-log.ts';
import { compareRestored } from '../operations/backups/compare-restored.ts';
import { recordsOf } from '../operations/backups/read-set.ts';
import type { RestoredScope } from '../operations/backups/restore-part.ts';
import { restoreSet } from '../operations/backups/restore-set.ts';
import type { OpenedSet, SetStore } from '../operations/backups/set-store.ts';
import { secretsDirectory } from '../parts/api-keys.ts';
import { API_KEY_FILE, createConfiguredSets, noBackups } from '../parts/backups.ts';
import { createStores, type Stores } from '../parts/stores.ts';
import { placeSecret } from '../platform/auth/secret-file.ts';
import type { Config } from '../platform/config.ts';
import { badInput, Problem } from '../platform/errors.ts';
import { createLog, type Log } from '../platform/log.ts';
import { fixedSecrets, type Secrets } from '../platform/secrets/secrets.ts';
import { openJournal } from '../stores/graph/embedded/journal.ts';
import { createLocalLeases } from '../stores/graph/leases/local-leases.ts';
import type { Progress } from './progress.ts';
import { completeSwitch, lastSwitch, switchData } from './switch-data.ts';

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
  readonly counts: Readonly<Record<string, number>>;
  /** Folder of what was there before; null where nothing was replaced. */
  readonly kept: string | null;
}

/** Room that restored data takes, as a multiple of the backup's bytes before compression. */
const ROOM_FACTOR = 2;

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
  if (config.GRAPH !== 'embedded' || config.VECTORS !== 'embedded' || config.CONTENT_DIR !== undefined)
    throw badInput(
      '--to',
      'is needed: engines on servers and folders elsewhere are not replaced. Give the settings of empty ones.',
    );
  await mkdir(folder, { recursive: true });
  await completeSwitch(folder);
  await requireConfirmed(folder);
  const erased = await erasedSince(config, run);
  const release = holdGraph(folder);
  const beside = join('restores', command.id);
  try {
    await rm(join(folder, beside), { recursive: true, force: true });
    await mkdir(join(folder, beside), { recursive: true });
    await requireRoom(folder, set);
    await fill({ ...config, DATA_DIR: join(folder, beside) }, run, erased);
    await placeSecrets(config, run);
    const at = new Date().toISOString();
    const keep = join('restores', `before-${command.id}`);
    await switchData(folder, { from: beside, keep, set: command.id, at });
    return report(set, join(folder, keep));
  } catch (error) {
    await rm(join(folder, beside), { recursive: true, force: true });
    throw untouched(error, command.signal);
  } finally {
    release();
  }
}

/** The installation that these settings speak of may be gone: then nobody can say what it erased. */
async function elsewhere(config: Config, to: Config, run: Run): Promise<RestoreReport> {
  await mkdir(to.DATA_DIR, { recursive: true });
  const erased = await erasedSince(config, run).catch((error: unknown) => {
    run.log.warn(
      { error },
      'What was erased since the backup could not be read, and so is not erased again.',
    );
    return [];
  });
  await fill(to, run, erased);
  await placeSecrets(to, run);
  return report(run.set, null);
}

/** Restores and compares. What is partial has no checksums to compare with; its parts were verified as they were read. */
async function fill(
  config: Config,
  { sets, set, command, log }: Run,
  erased: readonly Erasure[],
): Promise<void> {
  const stores = createStores(config, { secrets: fixedSecrets(config), log });
  const { signal, progress } = command;
  const only = onlyOf(command);
  try {
    await open(stores, set);
    await restoreSet({
      ...{ target: sets.target, set, to: stores, signal, only },
      onProgress: (step, done, total) => progress.update(done, total, step),
    });
    const findings =
      only === null
        ? await compareRestored(set.manifest, stores, {
            signal,
            onProgress: (done, total) => progress.update(done, total, 'comparing'),
          })
        : [];
    if (findings.length > 0) throw differs(findings);
    const exclusive = createExclusive(createLocalLeases({ graph: stores.graph }));
    await eraseAgain({ ...stores, exclusive }, erased);
    await audit(stores, command, log);
  } finally {
    await Promise.all([stores.graph.close(), stores.content.close(), stores.vectors.close()]);
  }
}

/** Of the installation that is there now. */
async function erasedSince(config: Config, { set, log }: Run): Promise<readonly Erasure[]> {
  if (config.GRAPH === 'embedded' && !existsSync(join(config.DATA_DIR, 'graph'))) return [];
  const { graph } = createStores(config, { secrets: fixedSecrets(config), log });
  await graph.open();
  try {
    return await erasuresSince(graph, set.manifest.cutAt);
  } finally {
    await graph.close();
  }
}

/** With the embedder that made the vectors: where another one is configured, the next start says so. */
async function open({ graph, content, vectors }: Stores, { manifest }: OpenedSet): Promise<void> {
  await Promise.all([graph.open(), content.open(), vectors.open(manifest.embedder)]);
}

function onlyOf({ tenant, collection }: RestoreCommand): RestoredScope | null {
  if (tenant === null && collection === null) return null;
  if (tenant === null)
    throw badInput('--tenant', 'is needed beside --collection: names are the tenant’s own.');
  return collection === null ? { tenant } : { tenant, collectionId: collectionId(tenant, collection) };
}

/** In the log of the restored installation, where whoever reads it later looks. */
async function audit({ graph }: Stores, { id, tenant, collection }: RestoreCommand, log: Log): Promise<void> {
  const trail = createAuditLog({ graph, now: () => new Date(), log });
  await trail.record([
    {
      ...{ tenant: '', actor: 'command line', apiKey: null, address: null },
      action: 'restore',
      targets: [id, tenant, collection].filter((target) => target !== null),
      ...{ outcome: 'DONE', code: null, requestId: null, count: 1 },
      detail: 'The installation was restored from a backup.',
    },
  ]);
}

/** One that is there stays: API keys and sessions were checked with it. */
async function placeSecrets(config: Config, { sets, set, command: { signal } }: Run): Promise<void> {
  const directory = secretsDirectory(config);
  for await (const { header, body } of recordsOf('files', { target: sets.target, set, signal })) {
    if (header['name'] !== API_KEY_FILE) continue;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (!existsSync(join(directory, API_KEY_FILE)))
      await placeSecret({ directory, name: API_KEY_FILE }, Buffer.from(body).toString('utf8'));
  }
}

/** Keeps servers out while the data is replaced; refuses with CONFLICT where one has it open. */
export function holdGraph(folder: string): () => void {
  const path = join(folder, 'graph', 'journal.sqlite');
  if (!existsSync(path)) return () => undefined;
  const journal = openJournal(path);
  return () => journal.close();
}

async function requireConfirmed(folder: string): Promise<void> {
  const last = await lastSwitch(folder);
  if (last === null) return;
  throw new Problem(
    'CONFLICT',
    `What was there before the restore of ${last.set} is still kept. Confirm that restore ("trellis restore --confirm") or take it back (--revert) first.`,
  );
}

async function requireRoom(folder: string, { manifest }: OpenedSet): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = ROOM_FACTOR * manifest.parts.reduce((sum, { plainBytes }) => sum + plainBytes, 0);
  if (bavail * bsize >= needed) return;
  throw new Problem(
    'CONFLICT',
    `The disk of ${folder} has room for ${Math.floor((bavail * bsize) / 1e6)} MB, and the restore may need ${Math.ceil(needed / 1e6)} MB beside what is there. Make room, or restore elsewhere with --to.`,
  );
}

function report({ manifest }: OpenedSet, kept: string | null): RestoreReport {
  const { set: id, cutAt, summaries } = manifest;
  const counts = Object.entries(summaries).map(([name, { count }]) => [name, count] as const);
  return { id, cutAt, counts: Object.fromEntries(counts), kept };
}

function differs(findings: readonly string[]): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    `What was restored is not what was backed up: ${findings.slice(0, 5).join(' ')} Restore from another backup.`,
  );
}

function untouched(error: unknown, signal: AbortSignal): unknown {
  const [code, message] =
    error instanceof Problem
      ? [error.code, error.message]
      : [signal.aborted ? ('CANCELLED' as const) : ('UNAVAILABLE' as const), describe(error, signal)];
  return new Problem(code, `${message} The data that was there is untouched.`, { cause: error });
}

function describe(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'The restore was stopped.';
  return `The restore failed: ${error instanceof Error ? error.message : String(error)}.`;
}

export function describeRestore({ id, cutAt, counts, kept }: RestoreReport): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    `Restored ${id}, as of ${cutAt}: ${some.map(([label, count]) => `${count} ${label}`).join(', ')}.`,
    ...(kept === null
      ? []
      : [
          `What was there is kept in ${kept}. Start Trellis and look; then "trellis restore --confirm", or --revert with Trellis stopped.`,
        ]),
  ].join('\n');
}
