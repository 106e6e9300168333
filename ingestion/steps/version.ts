/** A document's next version on its way into the stores, and what of it the graph does not have yet. */

import type { DocumentNode } from '../../stores/graph/statements/documents.ts';
import type { IdentifiedChunk } from './chunk.ts';
import type { ChunkKnowledge } from './gathering.ts';

/** What a chunk says, or that it says what the graph has of it. */
export type WrittenKnowledge = ChunkKnowledge & {
  /** Digest of what was found without a model; null where none was asked. */
  readonly base: string | null;
  /** Whether the graph has it under this digest, and more of it than is known here. */
  readonly kept: boolean;
};

/** A document's next version, whole. */
export interface NewVersion {
  readonly document: Omit<DocumentNode, 'createdAt'>;
  readonly chunks: readonly IdentifiedChunk[];
  /** One a chunk, in order. */
  readonly knowledge: readonly WrittenKnowledge[];
  /** Whether title or headings changed, which every posting holds. */
  readonly retitled: boolean;
}

/** What of the documents is new, changed or gone, chunk by chunk. */
export interface VersionChange {
  /** Chunks that the indexes do not have as they are now. */
  readonly added: readonly { readonly version: NewVersion; readonly chunk: IdentifiedChunk }[];
  /** Chunks that are there and say something else now. */
  readonly rewritten: readonly string[];
  readonly removed: readonly string[];
  /** Chunks with their knowledge that have to be written. */
  readonly written: readonly {
    readonly version: NewVersion;
    readonly chunk: IdentifiedChunk;
    readonly knowledge: WrittenKnowledge;
  }[];
  /** What is said by chunks that are not there yet, and by those that say something else now. */
  readonly said: readonly WrittenKnowledge[];
}
