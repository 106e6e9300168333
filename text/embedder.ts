/** The port to whatever turns text into vectors. */

import type { EmbedderIdentity } from '../model/embedding.ts';

/** Questions and passages may be embedded differently: many models ask for a prefix on one of them. */
export type EmbeddingInput = 'passage' | 'query';

export interface Embedder {
  /** Shown to people: `lexical-v1`, `text-embedding-3-small@api.example.com`. */
  readonly name: string;
  /** Whether near vectors mean near meaning. A lexical embedder only sees spelling, so fusion trusts it less. */
  readonly semantic: boolean;
  /** Resolves once the embedder can serve; a remote one is asked for its dimensions here. */
  open(): Promise<EmbedderIdentity>;
  /**
   * One unit-length vector `[dimensions]` per text, in order. Rejects with UNAVAILABLE (after its own bounded
   * retries), TIMEOUT or CANCELLED; never returns a partial list.
   */
  embed(
    texts: readonly string[],
    input: EmbeddingInput,
    signal?: AbortSignal,
  ): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}
