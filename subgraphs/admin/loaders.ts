/** What the admin subgraph is built on, and what it loads by key. */

import type { Archives } from '../../ingestion/archive/archives.ts';
import type { ConsistencyChecks } from '../../ingestion/consistency/consistency.ts';
import type { DeadLetters } from '../../ingestion/dead-letters.ts';
import type { PrivacyPolicies } from '../../ingestion/privacy/policies.ts';
import type { PseudonymDesk } from '../../ingestion/privacy/pseudonym-desk.ts';
import type { PrivacyTreatments } from '../../ingestion/privacy/treatments/treatments.ts';
import type { Reembeddings } from '../../ingestion/reembedding/reembedding.ts';
import type { Erasures } from '../../ingestion/retention/erasure.ts';
import type { Holds } from '../../ingestion/retention/holds.ts';
import type { Policies } from '../../ingestion/retention/policies.ts';
import type { Principal } from '../../model/principal.ts';
import type { ApiKeys } from '../../operations/api-keys/api-keys.ts';
import type { KeyCheck } from '../../operations/api-keys/key-check.ts';
import type { AuditLog } from '../../operations/audit/audit-log.ts';
import type { AuditReader } from '../../operations/audit/read-log.ts';
import type { BackupDesk } from '../../operations/backups/backup-desk.ts';
import type { Migrations } from '../../operations/migrations/migrations.ts';
import type { RecoveryDesk } from '../../operations/recovery/desk.ts';
import type { RestoreDesk } from '../../operations/restores/restore-desk.ts';
import type { SystemHealth } from '../../operations/system-health.ts';
import type { Bootstrap } from '../../operations/users/bootstrap.ts';
import type { OpenSessions } from '../../operations/users/open-sessions.ts';
import type { Roles } from '../../operations/users/roles.ts';
import type { Sessions } from '../../operations/users/sessions.ts';
import type { SignIn } from '../../operations/users/sign-in.ts';
import type { Users } from '../../operations/users/users.ts';
import type { SigningKeys } from '../../platform/auth/signing-keys/signing-keys.ts';
import { many, one } from '../batch-loaders.ts';
import type { SubgraphContext } from '../subgraph.ts';

export interface AdminRooms {
  readonly health: SystemHealth;
  readonly apiKeys: ApiKeys;
  readonly keyCheck: KeyCheck;
  readonly signingKeys: Pick<SigningKeys, 'list' | 'rotate' | 'revoke'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly auditReader: AuditReader;
  readonly reembeddings: Reembeddings;
  readonly migrations: Pick<Migrations, 'list' | 'request' | 'revert'>;
  readonly recovery: RecoveryDesk;
  readonly policies: Policies;
  readonly holds: Holds;
  readonly erasures: Erasures;
  readonly privacyPolicies: PrivacyPolicies;
  readonly pseudonyms: PseudonymDesk;
  readonly privacyTreatments: PrivacyTreatments;
  readonly archives: Archives;
  readonly deadLetters: DeadLetters;
  readonly checks: ConsistencyChecks;
  readonly users: Users;
  readonly roles: Roles;
  readonly sessions: Sessions;
  readonly openSessions: OpenSessions;
  readonly signIn: SignIn;
  readonly backups: BackupDesk;
  readonly restores: RestoreDesk;
  readonly bootstrap: Pick<Bootstrap, 'makeFirst'>;
}

export type AdminLoaders = ReturnType<typeof createAdminLoaders>;
export type Context = SubgraphContext<AdminLoaders>;

/** Loaders of one request. */
export function createAdminLoaders(
  { apiKeys, users, roles, openSessions }: AdminRooms,
  { principal, signal }: { readonly principal: Principal; readonly signal: AbortSignal },
) {
  return {
    apiKey: one(
      (ids) => apiKeys.byIds(principal.tenant, ids, { signal }),
      ({ id }) => id,
    ),
    user: one(
      (ids) => users.byIds(principal.tenant, ids, { signal }),
      ({ id }) => id,
    ),
    /** Of users whom the principal may see. */
    sessionsOf: many(
      (ids) => openSessions.ofUsers(ids, { signal }),
      ({ userId }) => userId,
    ),
    /** All roles of a tenant, once a request: those of the principal's, or of who just signed in. */
    rolesOf: oncePerTenant((tenant) => roles.list(tenant, { signal })),
  };
}

function oncePerTenant<Found>(find: (tenant: string) => Promise<Found>): (tenant: string) => Promise<Found> {
  const finding = new Map<string, Promise<Found>>();
  return (tenant) => {
    const found = finding.get(tenant) ?? find(tenant);
    finding.set(tenant, found);
    return found;
  };
}
