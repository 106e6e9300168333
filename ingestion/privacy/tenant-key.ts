/** The tenant's key, and what the graph remembers of it: a key that was lost is never replaced unseen. */

import { Problem } from '../../platform/errors.ts';
import type { TenantKey, TenantKeys } from '../../platform/tenant-keys/tenant-keys.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { noteTenantKey, tenantKeyRecords } from '../../stores/graph/statements/privacy.ts';

export interface KeyTools {
  readonly graph: GraphStore;
  readonly tenantKeys: TenantKeys;
  readonly now: () => Date;
}

/** Keys that the graph knows of, as far as this process has seen; it forgets with the process. */
const noted = new WeakMap<GraphStore, Set<string>>();

/**
 * The key to protect with; made where the tenant never had one, or destroyed the last. CONFLICT where the graph knows of
 * one that is not in its folder: another one would give other pseudonyms for what has one already.
 */
export async function openTenantKey(
  { graph, tenantKeys, now }: KeyTools,
  tenant: string,
): Promise<TenantKey> {
  const found = await tenantKeys.find(tenant);
  if (found !== null) {
    await note(graph, tenant, found, now);
    return found;
  }
  const records = await graph.read(tenantKeyRecords(tenant));
  if (records.some(({ destroyedAt }) => destroyedAt === null)) throw lostKey(tenant);
  const made = await tenantKeys.open(tenant);
  await note(graph, tenant, made, now);
  return made;
}

async function note(graph: GraphStore, tenant: string, { id }: TenantKey, now: () => Date): Promise<void> {
  const seen = noted.get(graph) ?? new Set();
  noted.set(graph, seen);
  if (seen.has(id)) return;
  await graph.write([noteTenantKey(id, tenant, now().toISOString())]);
  seen.add(id);
}

export function lostKey(tenant: string): Problem {
  return new Problem(
    'CONFLICT',
    `The key of tenant "${tenant}" is not in its folder (TRELLIS_TENANT_KEYS_DIR), though there is data under it. Put it back, let all processes share the folder, or destroy the key for good with destroyPseudonymKey.`,
  );
}

/** The key that something was sealed with; CONFLICT where it is not there any more. */
export async function keySealedWith(tenantKeys: TenantKeys, tenant: string, id: string): Promise<TenantKey> {
  const found = await tenantKeys.find(tenant);
  if (found?.id === id) return found;
  throw new Problem(
    'CONFLICT',
    `This is sealed with a key of tenant "${tenant}" that was destroyed, or is not in its folder. What only that key opens is lost with it.`,
  );
}
