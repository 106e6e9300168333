/** Whose vectors the index holds. The first embedder to fill it is the only one: another one fills another index. */

import type { EmbedderIdentity } from '../../../model/embedding.ts';
import type { IndexedChunk } from '../indexed.ts';
import type { KeywordIndex } from './keyword-index.ts';

/** The settings in which the index remembers. */
const EMBEDDER = 'embedder';
const WITHOUT_VECTORS = 'chunks without vectors';

export interface EmbedderGuard {
  /** Whose vectors are there or will be; null as long as there is no embedder. */
  readonly identity: EmbedderIdentity | null;
  /** Notes that vectors of `identity` are to come. */
  claim(): void;
  /** To be called before chunks are added. */
  noteChunks(chunks: readonly IndexedChunk[]): void;
}

export function embedderGuard(keywords: KeywordIndex, embedder: EmbedderIdentity | null): EmbedderGuard {
  const filledBy = readIdentity(keywords);
  // What was indexed without an embedder has no vectors yet: the index counts as empty and is rebuilt.
  if (embedder !== null && keywords.setting(WITHOUT_VECTORS) === 'true') {
    keywords.setSetting('revision', '0');
    keywords.setSetting(WITHOUT_VECTORS, 'false');
  }
  const identity = filledBy ?? embedder;
  let noted = filledBy !== null;
  const claim = () => {
    if (noted || identity === null) return;
    keywords.setSetting(EMBEDDER, JSON.stringify(identity));
    noted = true;
  };

  return {
    identity,
    claim,
    noteChunks: (chunks) => {
      if (chunks.length === 0) return;
      if (embedder === null) keywords.setSetting(WITHOUT_VECTORS, 'true');
      if (chunks.some(({ vector }) => vector !== null)) claim();
    },
  };
}

function readIdentity(keywords: KeywordIndex): EmbedderIdentity | null {
  const saved = keywords.setting(EMBEDDER);
  return saved === null ? null : (JSON.parse(saved) as EmbedderIdentity);
}
