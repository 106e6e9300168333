/**
 * A key for each tenant that can be destroyed: what only it opens is lost with it, wherever copies are. It is kept in a
 * folder of its own that no backup takes along, and never in a store.
 */

import { hkdfSync } from 'node:crypto';

export interface TenantKey {
  /** Names the key, and tells nothing of it. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface TenantKeys {
  /**
   * The tenant's key; made where there is none. Of several processes that make it at once, one does. Rejects with
   * CONFLICT where the file is not as it was written, with UNAVAILABLE where what wraps it cannot be asked.
   */
  open(tenant: string): Promise<TenantKey>;
  /** Null where there is none. Rejects likewise. */
  find(tenant: string): Promise<TenantKey | null>;
  /** Gone for good when it resolves; the id of what was there, or null. */
  destroy(tenant: string): Promise<string | null>;
}

export type TenantKeyPurpose = 'pseudonyms' | 'contents' | 'hashes';

/** A key for one purpose: who has it knows neither the tenant's key nor the others. */
export function keyFor({ bytes }: TenantKey, purpose: TenantKeyPurpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', bytes, new Uint8Array(0), `trellis privacy ${purpose}`, 32));
}
