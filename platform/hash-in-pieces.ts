/** The hash of bytes that may be many, without the event loop waiting for all of it. */

import { createHash, hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';

/** Hashed at once, in bytes: about a millisecond. */
const PIECE_BYTES = 1 << 20;

/** SHA-256 in hex. */
export async function hashInPieces(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= PIECE_BYTES) return hash('sha256', bytes, 'hex');
  const sha256 = createHash('sha256');
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    sha256.update(bytes.subarray(at, at + PIECE_BYTES));
    await turn();
  }
  return sha256.digest('hex');
}
