/**
 * Re-embedding as operators ask for it. A call only notes what is wanted; the leading worker does it
 * (`reembedder.ts`). Each looks and writes while nobody else has the index.
 */

import { type EmbedderIdentity, embedderName, isSameEmbedder } from '../../model/embedding.ts';
import type { Reembedding, ReembeddingPhase } from '../../model/reembedding.ts';
import { Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import {
  type ReembeddingNode,
  reembeddingState,
  setReembedding,
} from '../../stores/graph/statements/reembedding.ts';
import { countNodes } from '../../stores/graph/statements/transfer.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Embedders } from '../../text/embedders.ts';
import type { Exclusive } from '../exclusive.ts';

export interface ReembeddingTools {
  readonly graph: GraphStore;
  readonly vectors: VectorStore;
  readonly embedders: Embedders;
  readonly exclusive: Exclusive;
  readonly now: () => Date;
}

export interface Reembeddings {
  /** The last one; null when there never was any. */
  last(options?: CallOptions): Promise<Reembedding | null>;
  /**
   * Begins to fill an index for the configured embedder. Rejects with CONFLICT where one is under way, or none is needed.
   * Here as below: `to`, where it is given, is the fingerprint that the new index is thought to have; CONFLICT otherwise.
   */
  begin(to?: string): Promise<Reembedding>;
  /** Lets the old index go, for good. */
  confirm(to?: string): Promise<Reembedding>;
  /** Gives up one that is under way, or goes back to the old index. */
  revert(to?: string): Promise<Reembedding>;
}

export function createReembeddings(tools: ReembeddingTools): Reembeddings {
  const { graph, vectors, embedders, exclusive, now } = tools;
  const change = (decide: (node: ReembeddingNode | undefined) => Promise<Partial<ReembeddingNode>>) =>
    exclusive(async (alone) => {
      const [before] = await alone.graph.read(reembeddingState());
      await alone.graph.write([setReembedding(await decide(before))]);
      const [after] = await alone.graph.read(reembeddingState());
      if (after === undefined) throw new Error('what was written is there');
      return toReembedding(after);
    });

  return {
    last: async (options) => {
      const [node] = await graph.read(reembeddingState(), options);
      return node === undefined ? null : toReembedding(node);
    },
    begin: (expected) =>
      change(async (node) => {
        if (node !== undefined && !isOver(node.phase)) throw alreadyThere(node);
        const { live } = await vectors.indexes();
        const to = embedders.wanted();
        requireExpected(expected, to.fingerprint);
        if (live.embedder === null || isSameEmbedder(live.embedder, to)) throw notNeeded(to);
        const [total = 0] = await graph.read(countNodes('Chunk'));
        return {
          ...newNode(live.embedder, to),
          fromIndex: live.name,
          total,
          startedAt: now().toISOString(),
        };
      }),
    confirm: (expected) =>
      change(async (node) => {
        if (node !== undefined) requireExpected(expected, node.toFingerprint);
        if (node?.phase === 'SWITCHED') return { phase: 'CONFIRMING', problem: null };
        throw new Problem(
          'CONFLICT',
          `There is nothing to confirm: ${describe(node)} A re-embedding is confirmed once it is SWITCHED.`,
        );
      }),
    revert: (expected) =>
      change(async (node) => {
        if (node !== undefined) requireExpected(expected, node.toFingerprint);
        if (node?.phase === 'RUNNING') return { phase: 'REVERTING', problem: null };
        if (node?.phase !== 'SWITCHED')
          throw new Problem('CONFLICT', `There is nothing to revert: ${describe(node)}`);
        await requireOld(tools, node);
        return { phase: 'REVERTING', problem: null };
      }),
  };
}

function requireExpected(expected: string | undefined, to: string): void {
  if (expected === undefined || expected === to) return;
  throw new Problem(
    'CONFLICT',
    `The new index is for "${to}", not for "${expected}". Look at reembedding, then decide.`,
  );
}

function newNode(
  from: EmbedderIdentity,
  to: EmbedderIdentity,
): Omit<ReembeddingNode, 'fromIndex' | 'total' | 'startedAt'> {
  return {
    phase: 'RUNNING',
    toIndex: '',
    fromFingerprint: from.fingerprint,
    fromDimensions: from.dimensions,
    toFingerprint: to.fingerprint,
    toDimensions: to.dimensions,
    after: '',
    done: 0,
    refused: 0,
    problem: null,
    switchedAt: null,
    finishedAt: null,
  };
}

export function isOver(phase: ReembeddingPhase): boolean {
  return phase === 'CONFIRMED' || phase === 'REVERTED';
}

export function fromOf({ fromFingerprint, fromDimensions }: ReembeddingNode): EmbedderIdentity {
  return { fingerprint: fromFingerprint, dimensions: fromDimensions };
}

export function toOf({ toFingerprint, toDimensions }: ReembeddingNode): EmbedderIdentity {
  return { fingerprint: toFingerprint, dimensions: toDimensions };
}

function toReembedding(node: ReembeddingNode): Reembedding {
  const { phase, done, total, refused, problem, startedAt, switchedAt, finishedAt } = node;
  const progress = { done: Math.min(done, total), total, refused };
  return {
    phase,
    from: fromOf(node),
    to: toOf(node),
    ...progress,
    problem,
    startedAt,
    switchedAt,
    finishedAt,
  };
}

/** The old index may be gone, and nobody here able to ask it. */
async function requireOld({ vectors, embedders }: ReembeddingTools, node: ReembeddingNode): Promise<void> {
  const { beside } = await vectors.indexes();
  if (beside?.name !== node.fromIndex)
    throw new Problem(
      'CONFLICT',
      'The old index is gone, so there is nothing to go back to. Re-embed instead.',
    );
  if ((await embedders.of(fromOf(node))) === null) throw oldUnknown(node);
}

/** Without it, questions could not be asked of the old index, nor what was written since be put into it. */
export function oldUnknown(node: ReembeddingNode): Problem {
  return new Problem(
    'CONFLICT',
    `The old index needs ${embedderName(fromOf(node))}, which is not configured. Set TRELLIS_EMBEDDER, or TRELLIS_PREVIOUS_EMBEDDER, and its companions to it, and revert again.`,
  );
}

function alreadyThere(node: ReembeddingNode): Problem {
  const next =
    node.phase === 'SWITCHED'
      ? 'Confirm or revert it first.'
      : 'Wait for it, or revert it. It goes on by itself.';
  return new Problem('CONFLICT', `${describe(node)} ${next}`);
}

function notNeeded(to: EmbedderIdentity): Problem {
  return new Problem(
    'CONFLICT',
    `The index was filled by ${embedderName(to)}, which is the configured embedder. Set TRELLIS_EMBEDDER and its companions to another one first.`,
  );
}

function describe(node: ReembeddingNode | undefined): string {
  return node === undefined
    ? 'there never was a re-embedding.'
    : `the re-embedding from ${embedderName(fromOf(node))} to ${embedderName(toOf(node))} is ${node.phase}.`;
}
