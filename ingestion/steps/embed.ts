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

export interface TitledPassage {
  readonly title: string;
  readonly text: string;
}

/** One vector a text, in order. A passage is embedded with its document's title, which says what it is about. */
export async function embedPassages(
  embedder: Embedder,
  passages: readonly TitledPassage[],
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

/**
 * The same, but for texts that the embedder refuses for what they are: they get null. Where it refuses all of several,
 * it is not for what they are, and the call rejects.
 */
export async function embedAcceptable(
  embedder: Embedder,
  passages: readonly TitledPassage[],
  signal: AbortSignal,
): Promise<readonly (Float32Array | null)[]> {
  const vectors = await embedOrHalve(embedder, passages, signal);
  if (passages.length > 1 && vectors.every((vector) => vector === null))
    await embedPassages(embedder, passages.slice(0, 1), signal);
  return vectors;
}

async function embedOrHalve(
  embedder: Embedder,
  passages: readonly TitledPassage[],
  signal: AbortSignal,
): Promise<readonly (Float32Array | null)[]> {
  try {
    return await embedPassages(embedder, passages, signal);
  } catch (error) {
    if (!(error instanceof EmbedFailure && error.cause instanceof TextsRefused)) throw error;
    if (passages.length === 1) return [null];
    const middle = Math.ceil(passages.length / 2);
    return [
      ...(await embedOrHalve(embedder, passages.slice(0, middle), signal)),
      ...(await embedOrHalve(embedder, passages.slice(middle), signal)),
    ];
  }
}
