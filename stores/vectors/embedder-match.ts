/** Whether an index may take vectors of an embedder: it belongs to the first that fills it, until it is made anew. */

import type { EmbedderIdentity } from '../../model/embedding.ts';
import { Problem } from '../../platform/errors.ts';

/** Throws EMBEDDER_MISMATCH when the index was filled by another one; `remedy` says how to make it anew. */
export function checkEmbedder(
  filledBy: EmbedderIdentity | null,
  asked: EmbedderIdentity | null,
  remedy: string,
): void {
  if (filledBy === null || asked === null || isSame(filledBy, asked)) return;
  throw new Problem(
    'EMBEDDER_MISMATCH',
    `The vectors were made by ${named(filledBy)}, but ${named(asked)} is configured; vectors of two embedders are never mixed. Set TRELLIS_EMBEDDER and its companions back, or re-embed: stop Trellis, ${remedy} and start again; the indexes are rebuilt from the graph.`,
  );
}

function isSame(left: EmbedderIdentity, right: EmbedderIdentity): boolean {
  return left.fingerprint === right.fingerprint && left.dimensions === right.dimensions;
}

function named({ fingerprint, dimensions }: EmbedderIdentity): string {
  return `${fingerprint} [${dimensions}]`;
}
