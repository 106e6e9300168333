/** What the admin subgraph is built on, and what it loads by key. */

import type { Reembeddings } from '../../ingestion/reembedding/reembedding.ts';
import type { Principal } from '../../model/principal.ts';
import type { ApiKeys } from '../../operations/api-keys/api-keys.ts';
import type { KeyCheck } from '../../operations/api-keys/key-check.ts';
import type { AuditLog } from '../../operations/audit/audit-log.ts';
import type { AuditReader } from '../../operations/audit/read-log.ts';
import type { SystemHealth } from '../../operations/system-health.ts';
import type { SigningKeys } from '../../platform/auth/signing-keys/signing-keys.ts';
import { one } from '../batch-loaders.ts';
import type { SubgraphContext } from '../subgraph.ts';

export interface AdminRooms {
  readonly health: SystemHealth;
  readonly apiKeys: ApiKeys;
  readonly keyCheck: KeyCheck;
  readonly signingKeys: Pick<SigningKeys, 'list' | 'rotate' | 'revoke'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly auditReader: AuditReader;
  readonly reembeddings: Reembeddings;
}

export type AdminLoaders = ReturnType<typeof createAdminLoaders>;
export type Context = SubgraphContext<AdminLoaders>;

/** Loaders of one request. */
export function createAdminLoaders(
  { apiKeys }: AdminRooms,
  { principal, signal }: { readonly principal: Principal; readonly signal: AbortSignal },
) {
  return {
    apiKey: one(
      (ids) => apiKeys.byIds(principal.tenant, ids, { signal }),
      ({ id }) => id,
    ),
  };
}
