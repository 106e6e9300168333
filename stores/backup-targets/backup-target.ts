/**
 * The port to where backups are kept: named objects, each written whole by one stream and read back by another.
 * It knows nothing of what is in them: they arrive sealed.
 */

import type { HealthProbe } from '../../platform/health.ts';

export interface TargetCallOptions {
  readonly signal?: AbortSignal;
}

export interface StoredObject {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** Names are as {@link isObjectName} says; any other is refused with BAD_INPUT, by every method. */
export interface BackupTarget extends HealthProbe {
  /**
   * Durable when it resolves. Others find the whole object or what was there before, never a part of it: also when the
   * stream fails, the signal aborts or the process dies, which leave what was there before.
   */
  put(
    name: string,
    body: AsyncIterable<Uint8Array>,
    options?: TargetCallOptions,
  ): Promise<{ readonly bytes: number }>;
  /** Streams the object in bounded memory. NOT_FOUND on the first step when there is none. */
  get(name: string, options?: TargetCallOptions): AsyncIterable<Uint8Array>;
  /** Null when there is none. */
  stat(name: string, options?: TargetCallOptions): Promise<StoredObject | null>;
  /**
   * What begins with `prefix` ('' for all), in the order of the names' bytes. What is put or removed meanwhile may be
   * left out or listed; whatever else there is, is listed once.
   */
  list(prefix: string, options?: TargetCallOptions): AsyncIterable<StoredObject>;
  /** Afterwards there is none, whether there was one or not. */
  remove(name: string, options?: TargetCallOptions): Promise<void>;
  /** Frees what puts left behind that never ended and were begun at least so long ago; resolves to how many. */
  discardUnfinished(options: TargetCallOptions & { readonly olderThanMs: number }): Promise<number>;
  close(): Promise<void>;
}
