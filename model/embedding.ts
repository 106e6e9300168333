/** Which embedder filled an index. Vectors of two embedders never share one. */

export interface EmbedderIdentity {
  /** Changes whenever equal text may get another vector: model, revision, prefix, normalisation. */
  readonly fingerprint: string;
  readonly dimensions: number;
}
