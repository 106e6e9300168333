/** A backup restored into a namespace beside what is served, until it stands ready there, or somebody cancels it. */

import type { BackupProgress } from '../../../model/backup.ts';
import { NOTHING_RESTORED } from '../../../model/restore.ts';
import type { Log } from '../../../platform/log.ts';
import { pause } from '../../../platform/pause.ts';
import { servedRestoreById } from '../../../stores/graph/statements/serving.ts';
import { checkPart } from '../../backups/read-set.ts';
import type { OpenedSet, SetStore } from '../../backups/set-store.ts';
import { type DecidedAgain, restoreInto } from '../restore-into.ts';
import { change, type Kept, StandsOtherwise } from './records.ts';
import type { SwitchTools } from './switch-served.ts';

/** How often it is told how far it is, and looked whether it goes on, in ms. */
const TELL_EVERY_MS = 1_000;

export interface PlaceTools extends SwitchTools {
  readonly sets: SetStore;
  readonly log: Log;
}

/** Rejects with {@link StandsOtherwise} where it was cancelled, or another process has begun it anew. */
export async function restorePlace(options: PlaceTools, kept: Kept, stopping: AbortSignal): Promise<void> {
  const { graph, now } = options;
  const watch = watchStanding(options, kept, stopping);
  try {
    const { set, again } = await fill(options, kept, watch);
    const receipt = {
      ...NOTHING_RESTORED,
      restored: set.manifest.summaries['Document']?.count ?? 0,
      ...again,
    };
    const isOver = { finishedAt: now().toISOString(), progress: null };
    await watch.stop();
    await graph.write([change(kept, { ...isOver, state: 'READY', receipt })]);
  } catch (error) {
    throw watch.signal.aborted && !stopping.aborted ? watch.signal.reason : error;
  } finally {
    await watch.stop();
  }
}

async function fill(
  { graph, sets, open, replay, log }: PlaceTools,
  kept: Kept,
  { signal, tell }: Watch,
): Promise<{ readonly set: OpenedSet; readonly again: DecidedAgain }> {
  const { id, backup, cutAt, requestedBy } = kept.restore;
  const set = await sets.open(backup, signal);
  const decided = await replay.since(graph, cutAt);
  const to = await open(kept, { namespace: kept.namespace, embedder: set.manifest.embedder });
  try {
    const { again } = await restoreInto(to, {
      ...{ sets, set, only: null, decided, replay, log, signal },
      ...{ by: requestedBy, about: [id, backup] },
      onProgress: (step, done, total) => tell({ step, done, total }),
    });
    // Keys and secrets stay as they are; a backup that is damaged there is told of all the same.
    for (const part of set.manifest.parts)
      if (part.kind === 'files') await checkPart(part, { target: sets.target, set, signal });
    return { set, again };
  } finally {
    await to.close();
  }
}

interface Watch {
  /** Aborts when it is not to go on, here or at all. */
  readonly signal: AbortSignal;
  readonly tell: (progress: BackupProgress) => void;
  readonly stop: () => Promise<void>;
}

function watchStanding({ graph }: PlaceTools, kept: Kept, stopping: AbortSignal): Watch {
  const other = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, other.signal]);
  let progress: BackupProgress | null = null;
  const look = async () => {
    const [node] = await graph.read(servedRestoreById(kept.id));
    if (node !== undefined && (node.state !== 'RUNNING' || node.namespace !== kept.namespace))
      throw new StandsOtherwise(kept.id);
    if (progress !== null) await graph.write([change(kept, { progress })]);
    progress = null;
  };
  const looking = (async () => {
    while (!signal.aborted && !over.signal.aborted) {
      await look().catch((error: unknown) => {
        // The graph may answer the next time.
        if (error instanceof StandsOtherwise) other.abort(error);
      });
      await pause(TELL_EVERY_MS, AbortSignal.any([signal, over.signal]));
    }
  })();
  return {
    signal,
    tell: (next) => {
      progress = next;
    },
    stop: async () => {
      over.abort();
      await looking;
    },
  };
}
