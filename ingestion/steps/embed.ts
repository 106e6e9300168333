/** Step: from chunks to vectors, in batches that an endpoint takes. */

import type { Embedder } from '../../text/embedder.ts';

/** Passages in one call of the embedder. */
const PASSAGES_MAX = 128;

/** One vector a text, in order. A passage is embedded with its document's title, which says what it is about. */
export async function embedPassages(
  embedder: Embedder,
  passages: readonly { readonly title: string; readonly text: string }[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < passages.length; start += PASSAGES_MAX) {
    const texts = passages.slice(start, start + PASSAGES_MAX).map(({ title, text }) => `${title}\n${text}`);
    vectors.push(...(await embedder.embed(texts, 'passage', signal)));
  }
  return vectors;
}
