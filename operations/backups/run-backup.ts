/** One run of a backup: tells how far it is, keeps what is written for the next run to reuse, and commits at the end. */

import { mkdir, rm } from 'node:fs/promises';
import type { Backup, BackupProgress, BackupScope } from '../../model/backup.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { type DataKey, newDataKey } from '../../platform/sealing/data-key.ts';
import type { Installation } from '../move/installation.ts';
import type { Alone } from './cut.ts';
import { areThere, findKnownParts, type KnownParts } from './known-parts.ts';
import { numberOfPart, type PartEntry, SET_FORMAT, type SetManifest, setOfPart } from './manifest.ts';
import { createPartWriter } from './part-writer.ts';
import type { SetStatus } from './set-status.ts';
import { type SetStore, toBackup } from './set-store.ts';
import { type InstallationFile, type WrittenSet, writeSet } from './write-set.ts';

/** What every backup of an installation is made of. */
export interface BackupRooms {
  readonly sets: SetStore;
  readonly source: Installation;
  readonly alone: Alone;
  readonly files: readonly InstallationFile[];
  /** What the installation runs on, for whoever has to restore it elsewhere. */
  readonly settings: Readonly<Record<string, string>>;
  readonly version: string;
  /**
   * Folder of what only the backup that is under way needs, emptied before and after: as much as the graph has, where that
   * is on a server.
   */
  readonly scratch: string;
  readonly now: () => Date;
  readonly log: Log;
}

export interface RunOptions extends BackupRooms {
  readonly id: string;
  readonly scope: BackupScope;
  readonly createdBy: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BackupProgress) => void;
}

/** Sets whose parts may be reused: the newest ones, which differ least. */
const SETS_REUSED = 8;
/** How often the target is told how far it is, and asked whether to stop, in ms. */
const TELL_EVERY_MS = 2_000;
/** Parts between two drafts, and the share of those that are there: so many may be written twice after a kill. */
const PARTS_A_DRAFT = 8;
const SHARE_A_DRAFT = 1 / 8;
/** How often a set is written whose parts are removed while others rely on them. */
const ROUNDS_MAX = 3;

/** Rejects as it failed, once the target knows of it as far as it can be told. */
export async function runBackup(options: RunOptions): Promise<Backup> {
  const { id, sets, log, now } = options;
  const startedAt = now().toISOString();
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  const telling = createTelling(options, startedAt, () => stopping.abort(cancelled()));
  try {
    await telling.tell('RUNNING', null);
    const manifest = await write({ ...options, signal, onProgress: telling.onProgress }, startedAt);
    await telling.stop();
    await sets.tidy(id).catch((error: unknown) => log.warn({ error }, 'A draft could not be removed.'));
    return toBackup({ manifest, sealedBy: sets.sealedBy() }, null);
  } catch (error) {
    await telling.stop();
    const problem = toProblem(signal.aborted ? signal.reason : error);
    const state = problem.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
    await telling.tell(state, problem.message).catch(() => undefined);
    throw problem;
  } finally {
    await rm(options.scratch, { recursive: true, force: true });
  }
}

/** It has what the graph has, which nobody else may read. What is there was left by a process that was killed. */
async function emptyScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** All parts, and the manifest last: once every part that it names is known to be there. */
async function write(options: RunOptions, startedAt: string): Promise<SetManifest> {
  const { id, sets, signal, log } = options;
  const key = newDataKey();
  // Whoever wraps keys is asked before hours of work depend on it.
  await sets.requireSealing(key, signal);
  const others = (await sets.ids(signal)).filter((other) => other !== id).slice(0, SETS_REUSED);
  const signed = await sets.signedParts(others, signal);
  const own: PartEntry[] = [];
  for (let round = 1; ; round += 1) {
    const ofThisRun = { parts: [...own], keys: new Map([[key.id, key]]) };
    const known = await findKnownParts(sets.target, [...signed, ofThisRun], signal);
    const written = await writeParts(options, { key, known, own });
    // Others may tidy a target that is shared.
    if (await areThere(sets.target, written.parts, signal)) {
      const manifest = await manifestOf(options, startedAt, written);
      signal.throwIfAborted();
      await sets.commit(manifest, [key, ...known.keysUsed()]);
      return manifest;
    }
    if (round === ROUNDS_MAX) throw partsRemoved();
    log.warn(
      { backup: id },
      'Parts that a backup relied on were removed meanwhile; it is written once more.',
    );
  }
}

interface RoundTools {
  readonly key: DataKey;
  readonly known: KnownParts;
  /** Parts of this run, those of the rounds before included; it grows. */
  readonly own: PartEntry[];
}

async function writeParts(options: RunOptions, { key, known, own }: RoundTools): Promise<WrittenSet> {
  const { id, sets, source, scratch, signal, now, log, onProgress } = options;
  const { target } = sets;
  const drafts = createDrafts(options, key, known);
  const onPart = (part: PartEntry) => {
    if (setOfPart(part.name) === id) own.push(part);
    drafts.note(part);
  };
  const partsBefore = own.reduce((last, { name }) => Math.max(last, numberOfPart(name)), 0);
  const writer = createPartWriter({ target, set: id, key, known, signal, log, onPart, partsBefore });
  try {
    await emptyScratch(scratch);
    return await writeSet({
      ...{ source, writer, scratch, signal, now },
      ...{ scope: options.scope, alone: options.alone, files: options.files },
      onProgress: (step, done, total) => onProgress({ step, done, total }),
    });
  } catch (error) {
    await drafts.keep();
    throw error;
  } finally {
    await writer.close();
    await drafts.settled();
  }
}

async function manifestOf(options: RunOptions, startedAt: string, written: WrittenSet): Promise<SetManifest> {
  const { id, source, now } = options;
  const ofOthers = written.parts.filter(({ name }) => setOfPart(name) !== id);
  return {
    set: id,
    setFormat: SET_FORMAT,
    trellis: options.version,
    ...{ scope: options.scope, createdBy: options.createdBy, startedAt },
    cutAt: written.cutAt,
    finishedAt: now().toISOString(),
    revision: written.revision,
    embedder: written.embedder,
    indexed: written.indexed,
    engines: await enginesOf(source),
    settings: options.settings,
    summaries: written.summaries,
    golden: [...written.golden],
    neighbourhoods: [...written.neighbourhoods],
    reusedBytes: ofOthers.reduce((sum, { cipherBytes }) => sum + cipherBytes, 0),
    parts: [...written.parts],
  };
}

function partsRemoved(): Problem {
  return new Problem(
    'CONFLICT',
    'Parts of earlier backups go away while this one relies on them. See what else removes files at the target, and begin the backup again.',
  );
}

async function enginesOf({ graph, content, vectors }: Installation): Promise<Record<string, string>> {
  const reports = await Promise.all([graph.health(), content.health(), vectors.health()]);
  return Object.fromEntries(reports.map(({ name, engine }) => [name, engine]));
}

/** What is there already, kept now and then, so that what a kill cuts off is not lost. */
function createDrafts({ id, sets, log }: RunOptions, key: DataKey, known: KnownParts) {
  let kept = 0;
  let isOver = false;
  const there: PartEntry[] = [];
  let saving: Promise<void> | null = null;
  const save = async () => {
    kept = there.length;
    await sets
      .saveDraft({ set: id, parts: [...there] }, [key, ...known.keysUsed()])
      .catch((error: unknown) => log.warn({ error }, 'The draft of a backup could not be kept.'));
    saving = null;
  };
  return {
    note: (part: PartEntry) => {
      // What was under way when it failed may still come: nothing is written behind what was told of the failure.
      if (isOver) return;
      there.push(part);
      const missed = there.length - kept;
      if (saving === null && missed >= Math.max(PARTS_A_DRAFT, kept * SHARE_A_DRAFT)) saving = save();
    },
    /** What there is by now, when it goes no further. */
    keep: async () => {
      isOver = true;
      await saving;
      if (there.length > kept) await save();
    },
    settled: async () => {
      await saving;
    },
  };
}

/** Tells the target how far it is, now and then, and hears from there whether it is to stop. */
function createTelling(options: RunOptions, startedAt: string, onCancel: () => void) {
  const { id, scope, createdBy, sets, now, log } = options;
  let progress: BackupProgress | null = null;
  const tell = (state: SetStatus['state'], problem: string | null) =>
    sets.tell({ id, scope, createdBy, startedAt, state, problem, progress, toldAt: now().toISOString() });
  const look = async () => {
    await tell('RUNNING', null);
    if (await sets.isCancelled(id)) onCancel();
  };
  const over = new AbortController();
  const looking = (async () => {
    for (;;) {
      await pause(TELL_EVERY_MS, over.signal);
      if (over.signal.aborted) return;
      await look().catch((error: unknown) => log.debug({ error }, 'The target heard nothing of a backup.'));
    }
  })();
  return {
    tell,
    onProgress: (next: BackupProgress) => {
      progress = next;
      options.onProgress(next);
    },
    stop: async () => {
      over.abort();
      await looking;
    },
  };
}

export function cancelled(): Problem {
  return new Problem('CANCELLED', 'The backup was cancelled. What it has written, the next one reuses.');
}
