/** How far a re-embedding is: one at a time, of the whole installation. */

import type { Reembedding, ReembeddingPhase } from '../../../model/reembedding.ts';
import { type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

export interface ReembeddingNode extends Omit<Reembedding, 'from' | 'to'> {
  /** Names of the indexes; of the new one as soon as there is one, empty before. */
  readonly fromIndex: string;
  readonly toIndex: string;
  readonly fromFingerprint: string;
  readonly fromDimensions: number;
  readonly toFingerprint: string;
  readonly toDimensions: number;
  /** Id of the last document that the new index has; empty at the beginning. */
  readonly after: string;
}

export function reembeddingState(): Statement<ReembeddingNode> {
  return statement(
    'reembedding.state',
    `MATCH (r:Reembedding {id: 'reembedding'})
     RETURN r.phase AS phase, r.fromIndex AS fromIndex, r.toIndex AS toIndex, r.fromFingerprint AS fromFingerprint,
       r.fromDimensions AS fromDimensions, r.toFingerprint AS toFingerprint, r.toDimensions AS toDimensions,
       r.after AS after, r.done AS done, r.total AS total, r.refused AS refused, r.problem AS problem,
       r.startedAt AS startedAt, r.switchedAt AS switchedAt, r.finishedAt AS finishedAt`,
    {},
    (row) => ({
      phase: textOf(row.phase) as ReembeddingPhase,
      fromIndex: textOf(row.fromIndex),
      toIndex: textOf(row.toIndex),
      fromFingerprint: textOf(row.fromFingerprint),
      fromDimensions: Number(row.fromDimensions),
      toFingerprint: textOf(row.toFingerprint),
      toDimensions: Number(row.toDimensions),
      after: textOf(row.after),
      done: Number(row.done),
      total: Number(row.total),
      refused: Number(row.refused),
      problem: textOrNull(row.problem),
      startedAt: textOf(row.startedAt),
      switchedAt: textOrNull(row.switchedAt),
      finishedAt: textOrNull(row.finishedAt),
    }),
  );
}

export function setReembedding(changes: Partial<ReembeddingNode>): Statement<unknown> {
  return statement(
    'reembedding.set',
    `MERGE (r:Reembedding {id: 'reembedding'}) SET r += $changes`,
    { changes: { ...changes } },
    (row) => row,
  );
}
