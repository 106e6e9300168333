/**
 * The leader's duty: carries out what `reembedding.ts` notes. Everything can be cut off anywhere: how far it is lies in
 * the graph, what a new index misses lies in that index, and which index answers is one name that the engine replaces.
 */

import { embedderName, isSameEmbedder } from '../../model/embedding.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { indexState } from '../../stores/graph/statements/knowledge.ts';
import {
  type ReembeddingNode,
  reembeddingState,
  setReembedding,
} from '../../stores/graph/statements/reembedding.ts';
import type { Embedder } from '../../text/embedder.ts';
import type { Alone } from '../exclusive.ts';
import { fillIndex } from '../fill-index.ts';
import {
  fillLastMissing,
  fillMissing,
  fillUnnoticed,
  isWhole,
  type MissingTarget,
  type Refused,
} from '../fill-missing.ts';
import { fromOf, oldUnknown, type ReembeddingTools, toOf } from './reembedding.ts';

/** How often it is looked whether there is something to do, in ms. */
const LOOK_EVERY_MS = 1_000;

export interface ReembedderOptions extends ReembeddingTools {
  readonly log: Log;
  readonly everyMs?: number;
}

export function createReembedder(options: ReembedderOptions) {
  return {
    name: 'reembedder',
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        await work(options, signal).catch((error: unknown) => tellProblem(options, error, signal));
        await pause(options.everyMs ?? LOOK_EVERY_MS, signal);
      }
    },
  };
}

/** Goes on as far as it can. */
async function work(options: ReembedderOptions, signal: AbortSignal): Promise<void> {
  const [node] = await options.graph.read(reembeddingState());
  switch (node?.phase) {
    case undefined:
    case 'SWITCHED':
    case 'CONFIRMED':
    case 'REVERTED':
      return;
    case 'RUNNING':
      return fillNew(options, node, signal);
    case 'CONFIRMING':
      return finish(options, node, 'CONFIRMED');
    case 'REVERTING':
      return revert(options, node, signal);
  }
}

async function fillNew(
  options: ReembedderOptions,
  node: ReembeddingNode,
  signal: AbortSignal,
): Promise<void> {
  const to = toOf(node);
  const embedder = await options.embedders.of(to);
  if (embedder === null) {
    throw new Problem(
      'CONFLICT',
      `The leading worker does not have ${embedderName(to)} configured. Set TRELLIS_EMBEDDER and its companions to it in every process, or revert.`,
    );
  }
  const prepared = await prepare(options, node);
  if (prepared === null) return;
  options.log.info({ to: to.fingerprint, after: prepared.after }, 'Re-embedding: the new index is filled.');
  let { done } = prepared;
  const target = { index: prepared.toIndex, embedder, isLive: false };
  for await (const { after, chunks } of fillIndex(options, target, prepared.after, signal)) {
    done += chunks;
    const goesOn = await noteWhile(options, 'RUNNING', { after, done, problem: null });
    if (!goesOn) return;
  }
  await completeAndSwitch(options, node, target, signal);
}

/** The new index, which is begun anew where a half-filled one was lost; null where the old one answers no more. */
function prepare({ exclusive, vectors, now }: ReembedderOptions, { toFingerprint }: ReembeddingNode) {
  return exclusive(async ({ graph }): Promise<ReembeddingNode | null> => {
    const [node] = await graph.read(reembeddingState());
    if (node?.phase !== 'RUNNING' || node.toFingerprint !== toFingerprint) return null;
    const { live, beside } = await vectors.indexes();
    if (isSameEmbedder(live.embedder, toOf(node))) {
      // Switched and not noted before a crash; or the data is new, and filled by the new embedder from the beginning.
      const names = { fromIndex: beside?.name ?? '', toIndex: live.name };
      await graph.write([setReembedding({ ...names, ...switched(node, now()) })]);
      return null;
    }
    const { name } = await vectors.prepareIndex(toOf(node));
    const changes = { toIndex: name, ...(name === node.toIndex ? {} : { after: '', done: 0 }) };
    await graph.write([setReembedding(changes)]);
    return { ...node, ...changes };
  });
}

/** In the end nobody else may have the index: then nothing is missing, and the switch is one step. */
async function completeAndSwitch(
  options: ReembedderOptions,
  { phase }: ReembeddingNode,
  target: MissingTarget,
  signal: AbortSignal,
): Promise<void> {
  for (let looked = false; !signal.aborted; ) {
    const refused = await fillMissing(options, target, signal);
    if (signal.aborted || !(await noteWhile(options, phase, { refused: refused.size }))) return;
    const outcome = await options.exclusive(async (alone) => {
      const [now] = await alone.graph.read(reembeddingState());
      if (now?.phase !== phase) return 'OVER';
      if (!(await fillLastMissing({ ...options, ...alone }, target, refused, signal))) return 'MORE';
      if (!(await isWhole({ ...options, ...alone }, target, refused))) return 'LOST';
      await switchIndexes(options, alone, now, { target, refused });
      return 'OVER';
    });
    if (outcome === 'OVER') return;
    if (outcome === 'MORE') continue;
    if (looked) throw notWhole();
    options.log.warn(
      { index: target.index },
      'Re-embedding: the new index has lost some; it is looked through.',
    );
    await fillUnnoticed(options, target, signal);
    looked = true;
  }
}

function notWhole(): Problem {
  return new Problem(
    'INTERNAL',
    'The new index does not have every chunk, and searches do not ask it. Revert, and begin again.',
  );
}

async function switchIndexes(
  { vectors, now, log }: ReembedderOptions,
  { graph }: Alone,
  node: ReembeddingNode,
  { target, refused }: { readonly target: MissingTarget; readonly refused: Refused },
): Promise<void> {
  const [revision = 0] = await graph.read(indexState());
  await vectors.recordRevision(revision, target.index);
  await vectors.switchTo(target.index);
  log.warn(
    { index: target.index, withoutVector: refused.size },
    'Re-embedding: searches ask the other index now.',
  );
  if (node.phase === 'REVERTING') return;
  await graph.write([setReembedding(switched(node, now()))]);
}

function switched({ total }: ReembeddingNode, at: Date): Partial<ReembeddingNode> {
  return { phase: 'SWITCHED', switchedAt: at.toISOString(), done: total, problem: null };
}

/** Back to the old index, which first gets what was written since; then, as where it still answers, the new one goes. */
async function revert(options: ReembedderOptions, node: ReembeddingNode, signal: AbortSignal): Promise<void> {
  const { live, beside } = await options.vectors.indexes();
  if (live.name !== node.fromIndex && beside?.name === node.fromIndex) {
    const embedder: Embedder | null = await options.embedders.of(fromOf(node));
    if (embedder === null) throw oldUnknown(node);
    await completeAndSwitch(options, node, { index: node.fromIndex, embedder, isLive: false }, signal);
    if (signal.aborted) return;
  }
  await finish(options, node, 'REVERTED');
}

/** The index that is not wanted any more goes, whichever that is. */
function finish(
  { exclusive, vectors, now, log }: ReembedderOptions,
  { fromIndex, toIndex, phase }: ReembeddingNode,
  over: 'CONFIRMED' | 'REVERTED',
): Promise<void> {
  return exclusive(async ({ graph }) => {
    const [node] = await graph.read(reembeddingState());
    if (node?.phase !== phase) return;
    const { live, beside } = await vectors.indexes();
    const names = new Set([fromIndex, toIndex, beside?.name ?? '']);
    for (const name of names) if (name !== '' && name !== live.name) await vectors.dropIndex(name);
    await graph.write([setReembedding({ phase: over, finishedAt: now().toISOString(), problem: null })]);
    log.warn({ index: live.name }, `Re-embedding: ${over.toLowerCase()}; the other index is gone.`);
  });
}

/** False where somebody asked for something else meanwhile. */
function noteWhile(
  { exclusive }: ReembedderOptions,
  phase: ReembeddingNode['phase'],
  changes: Partial<ReembeddingNode>,
): Promise<boolean> {
  return exclusive(async ({ graph }) => {
    const [node] = await graph.read(reembeddingState());
    if (node?.phase !== phase) return false;
    await graph.write([setReembedding(changes)]);
    return true;
  });
}

/** It is tried again by itself; whoever asks how it is learns why it does not go on. Told once, not every second. */
async function tellProblem(
  { graph, log }: ReembedderOptions,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const problem = toProblem(error).message;
  const [node] = await graph.read(reembeddingState()).catch(() => []);
  if (node === undefined || node.problem === problem) return;
  log.warn({ error }, 'The re-embedding does not go on now; it is tried again.');
  await graph.write([setReembedding({ problem })]).catch(() => undefined);
}
