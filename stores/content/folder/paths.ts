/** Where a blob is: `tenant/first two digits/hash`, so that no folder grows without bound. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ContentKey } from '../content-store.ts';

/** A tenant's name may hold what a file's name may not, and its hash is as good. */
const TENANT_DIGITS = 32;
const HASH = /^sha256:([0-9a-f]{64})$/;

/** Where everything of a tenant is. */
export function folderOf(root: string, tenant: string): string {
  return join(root, createHash('sha256').update(tenant).digest('hex').slice(0, TENANT_DIGITS));
}

/** The folder and the file's name; null for what is no hash, which is therefore not there. */
export function placeOf(root: string, { tenant, hash }: ContentKey): { folder: string; path: string } | null {
  const digits = HASH.exec(hash)?.[1];
  if (digits === undefined) return null;
  const folder = join(folderOf(root, tenant), digits.slice(0, 2));
  return { folder, path: join(folder, digits) };
}
