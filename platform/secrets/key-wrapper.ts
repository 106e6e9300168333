/**
 * Keys that encrypt data, themselves encrypted by a key that never leaves where it is kept: what is stored beside the
 * data is worth nothing without that place.
 */

/** A key for AES-256, and the same as it may be stored. */
export interface DataKey {
  readonly plain: Buffer;
  readonly wrapped: string;
}

export interface KeyWrapper {
  /** Names the key that wraps, for people: it tells nothing secret. */
  readonly name: string;
  /** `boundTo` says what it is for: unwrapping needs the same again. Rejects with UNAVAILABLE. */
  makeKey(boundTo: string): Promise<DataKey>;
  wrap(plain: Buffer, boundTo: string): Promise<string>;
  /** Rejects with CONFLICT what was wrapped elsewhere, for something else, or is damaged; with UNAVAILABLE. */
  unwrap(wrapped: string, boundTo: string): Promise<Buffer>;
}
