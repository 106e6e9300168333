/** Backups, for those who keep them. */

import { type Backup, isProven } from '../../model/backup.ts';
import { toPage } from '../../model/page.ts';
import { connectionOf, readAfter, readFirst } from '../connection.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function backupResolvers({ backups }: Pick<AdminRooms, 'backups'>) {
  return {
    Query: {
      backup: (_, { id }, { principal, signal }) => backups.find(principal, id, signal),
      backups: async (_, { first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const [before = ''] = readAfter(after, 1) ?? [];
        const found = await backups.list(principal, { before, limit: limit + 1 }, signal);
        return connectionOf(
          toPage(found, limit, ({ id }) => [id]),
          after,
        );
      },
    },
    Mutation: {
      createBackup: async (_, { input }, { principal, about }) => {
        const { scope, collection } = input;
        const backup = await backups.begin(principal, { scope, collection: collection ?? null });
        about?.(backup.id);
        return { backup };
      },
      cancelBackup: async (_, { input }, { principal }) => ({
        backup: await backups.cancel(principal, input.id),
      }),
      verifyBackup: async (_, { input }, { principal }) => ({
        backup: await backups.verify(principal, input.id, input.level ?? 'RESTORE'),
      }),
      rewrapBackup: async (_, { input }, { principal }) => ({
        backup: await backups.rewrap(principal, input.id),
      }),
      deleteBackup: async (_, { input: { id } }, { principal }) => {
        await backups.remove(principal, id);
        return { id };
      },
    },
    Subscription: {
      backup: {
        subscribe: async function* (_, { id }, { principal, signal }) {
          for await (const backup of backups.watch(principal, id, signal)) yield { backup };
        },
      },
    },
    Backup: {
      scope: ({ scope }) => scope.kind,
      tenant: ({ scope }) => (scope.kind === 'INSTALLATION' ? null : scope.tenant),
      collection: ({ scope }) => (scope.kind === 'COLLECTION' ? scope.collection : null),
      counts: ({ counts }) => Object.entries(counts).map(([name, count]) => ({ name, count })),
      isProven: (backup: Backup) => isProven(backup),
    },
  } satisfies Resolvers;
}
