/** The key of one backup: drawn for it alone, and never kept but wrapped. What is done with it has a key of its own. */

import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';

export const KEY_BYTES = 32;

export interface DataKey {
  /** Names the key and tells nothing of it. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

export function newDataKey(): DataKey {
  return { id: randomUUID(), bytes: randomBytes(KEY_BYTES) };
}

/** A key for one purpose: whoever has it knows neither the key it comes from nor its siblings. */
export function derivedKey(key: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), `trellis backup ${purpose}`, KEY_BYTES));
}
