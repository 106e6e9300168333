/** Moving every vector to another embedder: what an operator sees of it. */

import type { EmbedderIdentity } from './embedding.ts';

/**
 * RUNNING: the new index is filled; the old one answers. SWITCHED: the new one answers, the old one is kept.
 * CONFIRMING, CONFIRMED: the old one goes, is gone. REVERTING, REVERTED: the same of the new one.
 */
export type ReembeddingPhase = 'RUNNING' | 'SWITCHED' | 'CONFIRMING' | 'CONFIRMED' | 'REVERTING' | 'REVERTED';

export interface Reembedding {
  readonly phase: ReembeddingPhase;
  readonly from: EmbedderIdentity;
  readonly to: EmbedderIdentity;
  /** Chunks. */
  readonly done: number;
  readonly total: number;
  /** Chunks without a vector, since the embedder refuses their text. */
  readonly refused: number;
  /** Why it does not go on now, and what to do; null while it does. */
  readonly problem: string | null;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly switchedAt: string | null;
  readonly finishedAt: string | null;
}
