/** Step: from text to chunks with ids that an edit elsewhere in the document does not change. */

import { chunkId } from '../../model/ids.ts';
import { type ChunkDraft, chunkText } from '../../text/chunker.ts';
import type { ParsedText } from '../../text/parsed-text.ts';

export interface IdentifiedChunk extends ChunkDraft {
  readonly id: string;
}

export function chunkDocument(documentId: string, parsed: ParsedText): readonly IdentifiedChunk[] {
  const occurrences = new Map<string, number>();
  return chunkText(parsed).map((chunk) => {
    const occurrence = occurrences.get(chunk.text) ?? 0;
    occurrences.set(chunk.text, occurrence + 1);
    return { ...chunk, id: chunkId(documentId, chunk.text, occurrence) };
  });
}
