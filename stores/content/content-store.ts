/**
 * The port to the raw and parsed text of documents, addressed by hash. Kept out of the graph so that a large
 * document costs disk, not memory; written and durable before the graph refers to it.
 */

import type { HealthProbe } from '../../platform/health.ts';

/** A blob by what it holds: equal bytes have equal hashes and are kept once per tenant. */
export interface ContentKey {
  readonly tenant: string;
  /** `sha256:` and hex of the bytes. */
  readonly hash: string;
}

/** A blob that is there, whatever its bytes are by now. */
export interface StoredContent {
  readonly hash: string;
  /** Bytes. */
  readonly bytes: number;
  /** When it was put last, ms since 1970; 0 where that is not known. */
  readonly writtenAt: number;
}

export interface ContentPage {
  readonly contents: readonly StoredContent[];
  /** Hash that the next page begins behind; null after the last. */
  readonly next: string | null;
}

export interface ContentStore extends HealthProbe {
  open(): Promise<void>;
  /** Durable when it resolves, all of them or none. Putting what is there changes nothing but when it was written. */
  put(items: readonly (ContentKey & { readonly bytes: Uint8Array })[]): Promise<void>;
  /** Streams into the store without holding the whole; resolves to the hash and size once durable. */
  putStream(
    tenant: string,
    source: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number },
  ): Promise<{
    readonly hash: string;
    readonly bytes: number;
  }>;
  /** In the order asked; null for what is not there. */
  get(keys: readonly ContentKey[]): Promise<readonly (Uint8Array | null)[]>;
  /** Whether each is there, in the order asked. */
  has(keys: readonly ContentKey[]): Promise<readonly boolean[]>;
  /** The part `[start, end)` of a blob in bytes, or null when it is not there. */
  getRange(key: ContentKey, start: number, end: number): Promise<Uint8Array | null>;
  /** The first `bytes` of each, or all of it where it is shorter, in the order asked; null for what is not there. */
  getStarts(keys: readonly ContentKey[], bytes: number): Promise<readonly (Uint8Array | null)[]>;
  /** What is there of a tenant, by hash, from behind `after`; at most `limit`, or a few more. */
  list(tenant: string, page: { readonly after: string | null; readonly limit: number }): Promise<ContentPage>;
  /** Removes for good, as well as the engine can; resolves to how many were there. */
  delete(keys: readonly ContentKey[]): Promise<number>;
  close(): Promise<void>;
}
