/**
 * The leader's duty: brings back the parts of backups that were asked for. What the backup has is staged and verified
 * first, and nothing has happened until then; then it goes document by document, and how far it is lies in the graph.
 */

import type { AuditEvent } from '../../model/audit.ts';
import type { BackupProgress } from '../../model/backup.ts';
import type { Restore, RestoreReceipt } from '../../model/restore.ts';
import { PROBLEMS, Problem, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import {
  noteRestore,
  type RestoreNode,
  restoreById,
  restoresRunning,
} from '../../stores/graph/statements/restores.ts';
import { bringBack } from './bring-back.ts';
import { toNode, toRestore } from './part-restores.ts';
import type { Staged } from './staged-versions.ts';
import type { WriteRestoredTools } from './write-restored.ts';

/** How often it is looked whether there is something to do, or somebody has cancelled, in ms. */
const LOOK_EVERY_MS = 1_000;
/** How often it is told how far the staging is, in ms. */
const TELL_EVERY_MS = 1_000;

/** A part of a backup, whole and verified, in engines of its own. */
export interface StagedPart extends Staged {
  /** Closes it and leaves nothing. */
  discard(): Promise<void>;
}

export interface RestorerOptions extends WriteRestoredTools {
  /** Rejects where anything of the backup is not as it was written. */
  readonly stage: (
    restore: Restore,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: BackupProgress) => void },
  ) => Promise<StagedPart>;
  readonly record: (events: readonly AuditEvent[]) => Promise<unknown>;
  readonly now: () => Date;
  readonly log: Log;
  readonly everyMs?: number;
}

export function createRestorer(options: RestorerOptions) {
  return {
    name: 'restorer',
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        const running = await options.graph.read(restoresRunning(1)).catch(() => []);
        for (const node of running) await work(options, node, signal);
        await pause(options.everyMs ?? LOOK_EVERY_MS, signal);
      }
    },
  };
}

/** Never rejects. What fails for a while is tried again by itself, where it is. */
async function work(options: RestorerOptions, node: RestoreNode, stopping: AbortSignal): Promise<void> {
  const restore = toRestore(node);
  const watch = watchCancelled(options, restore.id, stopping);
  try {
    const done = await restorePart(options, node, watch.signal);
    if (done !== null) await end(options, done);
  } catch (error) {
    if (!watch.signal.aborted) await tellProblem(options, restore, error);
  } finally {
    await watch.stop();
  }
}

/** Null where it was cancelled meanwhile. */
async function restorePart(
  options: RestorerOptions,
  node: RestoreNode,
  signal: AbortSignal,
): Promise<Restore | null> {
  const { graph, stage } = options;
  const asked = toRestore(node);
  let told = 0;
  const staged = await stage(asked, {
    signal,
    onProgress: (progress) => {
      if (Date.now() - told < TELL_EVERY_MS) return;
      told = Date.now();
      const report = toNode({ ...asked, progress, problem: null }, node.after);
      graph.write([noteRestore(report)]).catch(() => undefined);
    },
  });
  try {
    return await bringBack(options, staged, { restore: asked, after: node.after }, signal);
  } finally {
    await staged.discard();
  }
}

async function end(options: RestorerOptions, restore: Restore): Promise<void> {
  const { graph, record, now, log } = options;
  const done: Restore = {
    ...restore,
    ...{ state: 'DONE', finishedAt: now().toISOString(), progress: null, problem: null },
  };
  const [noted = []] = await graph.write([noteRestore(toNode(done, ''))]);
  if (noted.length === 0) return;
  log.info({ restore: done.id, receipt: done.receipt }, 'A part of a backup was brought back.');
  await record([eventOf(done, null)]);
}

/** What will not pass ends it; the rest is told, and tried again. */
async function tellProblem(options: RestorerOptions, restore: Restore, error: unknown): Promise<void> {
  const { graph, record, now, log } = options;
  const problem = error instanceof Problem ? error : asProblem(error);
  const passes = PROBLEMS[problem.code].retryable;
  log.warn({ restore: restore.id, error }, 'A restore of a part does not go on.');
  const [node] = await graph.read(restoreById(restore.id)).catch(() => []);
  if (node?.state !== 'RUNNING') return;
  const known = toRestore(node);
  const told: Restore = passes
    ? { ...known, problem: `${problem.message} It is tried again by itself.` }
    : {
        ...known,
        state: 'FAILED',
        problem: problem.message,
        progress: null,
        finishedAt: now().toISOString(),
      };
  await graph.write([noteRestore(toNode(told, node.after))]).catch(() => undefined);
  if (!passes) await record([eventOf(told, problem)]).catch(() => undefined);
}

/** A disk that is full, say: whoever asked for it may be able to help. */
function asProblem(cause: unknown): Problem {
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== 'string' || !(cause instanceof Error)) return toProblem(cause);
  return new Problem(
    'CONFLICT',
    `The restore broke off (${cause.message}). Correct that, and begin it again.`,
    {
      cause,
    },
  );
}

/** Aborts when the restore is not to go on, here or at all. */
function watchCancelled({ graph }: RestorerOptions, id: string, stopping: AbortSignal) {
  const cancelled = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, cancelled.signal]);
  const looking = (async () => {
    while (!signal.aborted && !over.signal.aborted) {
      await pause(LOOK_EVERY_MS, AbortSignal.any([signal, over.signal]));
      const [node] = await graph.read(restoreById(id)).catch(() => []);
      if (node !== undefined && node.state !== 'RUNNING')
        cancelled.abort(new Problem('CANCELLED', 'It was cancelled.'));
    }
  })();
  return {
    signal,
    stop: async () => {
      over.abort();
      await looking;
    },
  };
}

function eventOf(restore: Restore, problem: Problem | null): AuditEvent {
  const { id, backup, scope, requestedBy, receipt } = restore;
  return {
    ...{ apiKey: null, address: null, requestId: null, count: 1 },
    tenant: scope.kind === 'INSTALLATION' ? '' : scope.tenant,
    actor: requestedBy,
    action: 'restore',
    targets: [id, backup, ...(scope.kind === 'COLLECTION' ? [scope.collection] : [])],
    outcome: problem === null ? 'DONE' : 'FAILED',
    code: problem?.code ?? null,
    detail: problem?.message ?? detailOf(receipt),
  };
}

function detailOf(receipt: RestoreReceipt): string {
  const { restored, anew, removed, unchanged, held, erased, failed, access } = receipt;
  return `Documents: ${restored} restored, ${anew} of them anew under the privacy policy of now, ${removed} removed, ${unchanged} unchanged, ${held} held, ${erased} erased since, ${failed} failed. Access: ${access}.`;
}
