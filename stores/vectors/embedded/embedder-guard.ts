/** Whose vectors the index holds. The first embedder to fill it is the only one, until the index is made anew. */

import type { EmbedderIdentity } from '../../../model/embedding.ts';
import { checkEmbedder } from '../embedder-match.ts';
import type { IndexedChunk } from '../vector-store.ts';
import type { KeywordIndex } from './keyword-index.ts';

/** The settings in which the index remembers. */
const EMBEDDER = 'embedder';
const WITHOUT_VECTORS = 'chunks without vectors';

export interface EmbedderGuard {
  /** Of the vectors that are there or will be; null as long as there is no embedder. */
  readonly dimensions: number | null;
  /** To be called before chunks are added. */
  noteChunks(chunks: readonly IndexedChunk[]): void;
}

/** Throws EMBEDDER_MISMATCH, saying how to go on, when the index was filled by another embedder. */
export function embedderGuard(
  keywords: KeywordIndex,
  embedder: EmbedderIdentity | null,
  directory: string,
): EmbedderGuard {
  const filledBy = readIdentity(keywords);
  checkEmbedder(filledBy, embedder, `delete the folder ${directory}`);
  // What was indexed without an embedder has no vectors yet: the index counts as empty and is rebuilt.
  if (embedder !== null && keywords.setting(WITHOUT_VECTORS) === 'true') {
    keywords.setSetting('revision', '0');
    keywords.setSetting(WITHOUT_VECTORS, 'false');
  }
  const identity = filledBy ?? embedder;
  let noted = filledBy !== null;

  return {
    dimensions: identity?.dimensions ?? null,
    noteChunks: (chunks) => {
      if (chunks.length === 0) return;
      if (embedder === null) keywords.setSetting(WITHOUT_VECTORS, 'true');
      if (noted || identity === null || chunks.every(({ vector }) => vector === null)) return;
      keywords.setSetting(EMBEDDER, JSON.stringify(identity));
      noted = true;
    },
  };
}

function readIdentity(keywords: KeywordIndex): EmbedderIdentity | null {
  const saved = keywords.setting(EMBEDDER);
  return saved === null ? null : (JSON.parse(saved) as EmbedderIdentity);
}
