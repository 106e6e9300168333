/**
 * The port to whoever holds a master key, a secret of this installation or a service such as Vault: it wraps the key
 * of a backup, and unwraps it for who may restore.
 */

import type { DataKey } from './data-key.ts';

export interface WrappedKey {
  /** As in {@link DataKey}. */
  readonly id: string;
  /** Which master key wrapped it. */
  readonly masterKeyId: string;
  /** As the wrapper wrote it; it alone can read it. */
  readonly wrapped: string;
}

export interface WrapOptions {
  readonly signal?: AbortSignal;
}

export interface KeyWrapper {
  /** Of the master keys it knows, the one that wraps first. They tell nothing of the keys. */
  masterKeyIds(): readonly string[];
  /**
   * Under the master key of now. The key's id is bound to it: a wrapped key under another id does not unwrap. UNAVAILABLE
   * where the master key cannot be used, with what to look at.
   */
  wrapKey(key: DataKey, options?: WrapOptions): Promise<WrappedKey>;
  /**
   * Also what an earlier master key wrapped, as long as it is still known. BACKUP_KEY_MISMATCH when the master key is
   * not known here, BACKUP_DAMAGED when what is wrapped is not as it was written, UNAVAILABLE as above.
   */
  unwrapKey(wrapped: WrappedKey, options?: WrapOptions): Promise<DataKey>;
}
