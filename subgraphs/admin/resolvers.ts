/** Translates between the admin contract and the rooms below; what there is much of, in a file of its own. */

import { userIdIn } from '../../model/user.ts';
import { apiKeyResolvers } from './api-key-resolvers.ts';
import { archiveResolvers } from './archive-resolvers.ts';
import { auditResolvers } from './audit-resolvers.ts';
import { backupResolvers } from './backup-resolvers.ts';
import { consistencyResolvers } from './consistency-resolvers.ts';
import { deadLetterResolvers } from './dead-letter-resolvers.ts';
import type { AdminRooms } from './loaders.ts';
import { migrationResolvers } from './migration-resolvers.ts';
import { privacyResolvers } from './privacy-resolvers.ts';
import { recoveryResolvers } from './recovery-resolvers.ts';
import type { Resolvers } from './resolver-types.generated.ts';
import { restoreResolvers } from './restore-resolvers.ts';
import { retentionResolvers } from './retention-resolvers.ts';
import { sessionResolvers } from './session-resolvers.ts';
import { signingKeyResolvers } from './signing-key-resolvers.ts';
import { userResolvers } from './user-resolvers.ts';

export function createAdminResolvers(rooms: AdminRooms): Resolvers {
  const keys = apiKeyResolvers(rooms);
  const signing = signingKeyResolvers(rooms);
  const audit = auditResolvers(rooms);
  const migrations = migrationResolvers(rooms);
  const recovery = recoveryResolvers(rooms);
  const retention = retentionResolvers(rooms);
  const privacy = privacyResolvers(rooms);
  const archives = archiveResolvers(rooms);
  const letters = deadLetterResolvers(rooms);
  const consistency = consistencyResolvers(rooms);
  const users = userResolvers(rooms);
  const sessions = sessionResolvers(rooms);
  const backups = backupResolvers(rooms);
  const restores = restoreResolvers(rooms);
  return {
    Query: {
      health: () => rooms.health.report(),
      viewer: (_, __, { principal }) => principal,
      ...keys.Query,
      ...signing.Query,
      ...audit.Query,
      reembedding: (_, __, { signal }) => rooms.reembeddings.last({ signal }),
      ...migrations.Query,
      ...recovery.Query,
      ...retention.Query,
      ...privacy.Query,
      ...archives.Query,
      ...letters.Query,
      ...consistency.Query,
      ...users.Query,
      ...sessions.Query,
      ...backups.Query,
      ...restores.Query,
    },
    Mutation: {
      ...keys.Mutation,
      ...signing.Mutation,
      ...audit.Mutation,
      reembed: async (_, { input }) => ({
        reembedding: await rooms.reembeddings.begin(input.to ?? undefined),
      }),
      confirmReembedding: async (_, { input }) => ({
        reembedding: await rooms.reembeddings.confirm(input.to ?? undefined),
      }),
      revertReembedding: async (_, { input }) => ({
        reembedding: await rooms.reembeddings.revert(input.to ?? undefined),
      }),
      ...migrations.Mutation,
      ...recovery.Mutation,
      ...retention.Mutation,
      ...privacy.Mutation,
      ...archives.Mutation,
      ...letters.Mutation,
      ...consistency.Mutation,
      ...users.Mutation,
      ...sessions.Mutation,
      ...backups.Mutation,
      ...restores.Mutation,
    },
    Subscription: { ...backups.Subscription, ...restores.Subscription },
    Backup: backups.Backup,
    Restore: restores.Restore,
    Viewer: {
      collections: ({ collections }) => collections ?? null,
      issuer: ({ issuer }) => issuer ?? null,
      apiKey: ({ apiKey }, _, { loaders }) => (apiKey === undefined ? null : loaders.apiKey.load(apiKey)),
      user: ({ subject }, _, { loaders }) => {
        const id = userIdIn(subject);
        return id === null ? null : loaders.user.load(id);
      },
    },
    RetentionPolicy: retention.RetentionPolicy,
    LegalHold: retention.LegalHold,
    PrivacyPolicy: privacy.PrivacyPolicy,
    PrivacyTreatment: privacy.PrivacyTreatment,
    ArchivedDocument: archives.ArchivedDocument,
    User: users.User,
    Session: sessions.Session,
    ApiKey: keys.ApiKey,
    KeyGrant: keys.KeyGrant,
    SigningKey: signing.SigningKey,
    ConsistencyCheck: consistency.ConsistencyCheck,
    ConsistencyCount: consistency.ConsistencyCount,
    ConsistencyFinding: consistency.ConsistencyFinding,
    Reembedding: { state: ({ phase }) => phase },
  };
}
