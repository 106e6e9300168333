/** Step: from chunks to vectors, in batches that an endpoint takes. */

import { PROBLEMS, Problem, toProblem } from '../../platform/errors.ts';
import type { Embedder } from '../../text/embedder.ts';
import { TextsRefused } from '../../text/texts-refused.ts';

/** Passages in one call of the embedder. */
const PASSAGES_MAX = 128;

/** Says that it was this step that failed. */
export class EmbedFailure extends Problem {
  /** Whether it is for what the texts are, so that others may be embedded. */
  readonly refused: boolean;

  constructor(cause: Problem) {
    const isForTexts = cause instanceof TextsRefused;
    super(isForTexts ? 'UNPROCESSABLE_DOCUMENT' : cause.code, cause.message, {
      cause,
      ...(cause.retryAfterMs === undefined ? {} : { retryAfterMs: cause.retryAfterMs }),
    });
    this.refused = isForTexts || !PROBLEMS[cause.code].retryable;
  }
}

/** One vector a text, in order. A passage is embedded with its document's title, which says what it is about. */
export async function embedPassages(
  embedder: Embedder,
  passages: readonly { readonly title: string; readonly text: string }[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < passages.length; start += PASSAGES_MAX) {
    const texts = passages.slice(start, start + PASSAGES_MAX).map(({ title, text }) => `${title}\n${text}`);
    try {
      vectors.push(...(await embedder.embed(texts, 'passage', signal)));
    } catch (error) {
      if (signal.aborted) throw error;
      throw new EmbedFailure(toProblem(error));
    }
  }
  return vectors;
}
