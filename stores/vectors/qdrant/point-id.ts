/** The ids of points: Qdrant takes UUIDs, so each is made of what it stands for, and writing twice is writing once. */

import { createHash } from 'node:crypto';

export type PointKind = 'chunk' | 'document' | 'settings';

/** Deterministic. A chunk of one tenant never has the id of another tenant's. */
export function pointId(kind: PointKind, tenant: string, id: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([kind, tenant, id]))
    .digest();
  // Version 8 of RFC 9562: a UUID whose bits are up to whoever makes it.
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
