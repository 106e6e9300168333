/** Step: from chunks to the names and statements in them. */

import type { Extraction, Extractor } from '../../text/extractor.ts';
import type { IdentifiedChunk } from './chunk.ts';

/** One extraction a chunk, in order. */
export function extractKnowledge(
  extractor: Extractor,
  title: string,
  chunks: readonly IdentifiedChunk[],
  signal?: AbortSignal,
): Promise<readonly Extraction[]> {
  const passages = chunks.map(({ headings, text }) => ({ documentTitle: title, headings, text }));
  return extractor.extract(passages, signal);
}

/** What two extractors found in the same chunks, together. */
export function joinExtractions(
  left: readonly Extraction[],
  right: readonly Extraction[],
): readonly Extraction[] {
  return left.map((extraction, at) => {
    const other = right[at];
    if (other === undefined) return extraction;
    return {
      entities: [...extraction.entities, ...other.entities],
      mentions: [...extraction.mentions, ...other.mentions],
      relationships: [...extraction.relationships, ...other.relationships],
    };
  });
}
