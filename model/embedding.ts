/** Which embedder filled an index. Vectors of two embedders never share one. */

export interface EmbedderIdentity {
  /** Changes whenever equal text may get another vector: model, revision, prefix, normalisation. */
  readonly fingerprint: string;
  readonly dimensions: number;
}

export function isSameEmbedder(left: EmbedderIdentity | null, right: EmbedderIdentity | null): boolean {
  return left?.fingerprint === right?.fingerprint && left?.dimensions === right?.dimensions;
}

/** As people read it. */
export function embedderName({ fingerprint, dimensions }: EmbedderIdentity): string {
  return `${fingerprint} [${dimensions}]`;
}
