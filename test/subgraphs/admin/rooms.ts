/** The rooms of an admin subgraph that is asked about health: the others are real, over a graph that nobody opens. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArchives } from '../../../ingestion/archive/archives.ts';
import { createDeadLetters } from '../../../ingestion/dead-letters.ts';
import { createExclusive } from '../../../ingestion/exclusive.ts';
import { createPrivacyPolicies } from '../../../ingestion/privacy/policies.ts';
import { createPseudonymDesk } from '../../../ingestion/privacy/pseudonym-desk.ts';
import { createPrivacyTreatments } from '../../../ingestion/privacy/treatments/treatments.ts';
import { createErasures } from '../../../ingestion/retention/erasure.ts';
import { createHolds } from '../../../ingestion/retention/holds.ts';
import { createPolicies } from '../../../ingestion/retention/policies.ts';
import { createApiKeys } from '../../../operations/api-keys/api-keys.ts';
import { createKeyCheck } from '../../../operations/api-keys/key-check.ts';
import { createAuditLog } from '../../../operations/audit/audit-log.ts';
import { createAuditReader } from '../../../operations/audit/read-log.ts';
import { createBackupDesk } from '../../../operations/backups/backup-desk.ts';
import { createRecoveryDesk } from '../../../operations/recovery/desk.ts';
import { createSystemHealth } from '../../../operations/system-health.ts';
import { unconfiguredBackups } from '../../../parts/backups.ts';
import { createPrivacy } from '../../../parts/privacy.ts';
import { unconfiguredRestores } from '../../../parts/restores.ts';
import { createUserRooms } from '../../../parts/users.ts';
import { createAnnouncements } from '../../../platform/announcements.ts';
import { createApiKeySecret } from '../../../platform/auth/api-key-secret.ts';
import { createSigningKeys } from '../../../platform/auth/signing-keys/signing-keys.ts';
import { readConfig } from '../../../platform/config.ts';
import type { HealthProbe } from '../../../platform/health.ts';
import { createInProcessQueue } from '../../../platform/queue/in-process.ts';
import { createEmbeddedContentStore } from '../../../stores/content/embedded/embedded-content-store.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { createLocalLeases } from '../../../stores/graph/leases/local-leases.ts';
import { createEmbeddedVectorStore } from '../../../stores/vectors/embedded/embedded-vector-store.ts';
import type { AdminRooms } from '../../../subgraphs/admin/loaders.ts';
import { noChecks, noMigrations, noReembeddings, silent } from '../harness.ts';

export function roomsFor(...probes: readonly HealthProbe[]): AdminRooms {
  const directory = join(tmpdir(), 'trellis-nobody-opens-this');
  const graph = createEmbeddedGraphStore({ directory, log: silent });
  const secret = createApiKeySecret({ directory });
  const now = () => new Date();
  const signingKeys = createSigningKeys({ directory });
  const config = readConfig({ TRELLIS_DATA_DIR: directory });
  const shared = { redis: null };
  const changes = createAnnouncements(null);
  const exclusive = createExclusive(createLocalLeases({ graph }));
  const privacy = createPrivacy(config, { keyWrapper: null });
  const nobodyAsks = {
    content: createEmbeddedContentStore({ directory }),
    vectors: createEmbeddedVectorStore({ directory, log: silent }),
  };
  const archives = createArchives({
    ...{ ...nobodyAsks, graph, exclusive, now, log: silent, archive: null, queue: createInProcessQueue() },
    privacy,
    leases: createLocalLeases({ graph }),
    limits: { documentsMax: 1, documentBytesMax: 1, uploadBytesMax: 1 },
  });
  return {
    ...createUserRooms(config, { graph, secret, shared, changes, signingKeys, log: silent }).rooms,
    health: createSystemHealth({ version: '1.2.3', probes }),
    apiKeys: createApiKeys({ graph, secret, changes, development: true, now }),
    keyCheck: createKeyCheck({ graph, secret, now }),
    signingKeys,
    audit: createAuditLog({ graph, now, log: silent }),
    reembeddings: noReembeddings,
    migrations: noMigrations,
    policies: createPolicies({ graph, now, archives }),
    holds: createHolds({ graph, exclusive, now }),
    erasures: createErasures({
      graph,
      exclusive,
      now,
      archives,
      pseudonymsOf: async () => [],
      ...nobodyAsks,
    }),
    archives,
    deadLetters: createDeadLetters({
      ...nobodyAsks,
      privacy,
      graph,
      exclusive,
      now,
      log: silent,
      queue: createInProcessQueue(),
    }),
    privacyPolicies: createPrivacyPolicies({ graph, exclusive, now, ...privacy }),
    pseudonyms: createPseudonymDesk({ graph, now, ...privacy }),
    privacyTreatments: createPrivacyTreatments({ graph, exclusive, now }),
    recovery: createRecoveryDesk({ servers: null, coordinator: null, isAutomatic: false, log: silent }),
    checks: noChecks,
    backups: createBackupDesk({ backups: unconfiguredBackups(), graph }),
    restores: unconfiguredRestores(),
    auditReader: createAuditReader({ graph, operatorTenant: 'default', now }),
  };
}
