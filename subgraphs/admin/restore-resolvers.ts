/** Restores into what runs, for those who keep the backups. */

import { toPage } from '../../model/page.ts';
import { noticeOf } from '../../model/restore.ts';
import { connectionOf, readAfter, readFirst } from '../connection.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function restoreResolvers({ restores }: Pick<AdminRooms, 'restores'>) {
  return {
    Query: {
      restore: (_, { id }, { principal, signal }) => restores.find(principal, id, signal),
      restores: async (_, { first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const [before = ''] = readAfter(after, 1) ?? [];
        const found = await restores.list(principal, { before, limit: limit + 1 }, signal);
        return connectionOf(
          toPage(found, limit, ({ id }) => [id]),
          after,
        );
      },
    },
    Mutation: {
      restoreBackup: async (_, { input }, { principal, about }) => {
        const { tenant, collection, mode, withAccess, ...asked } = input;
        const restore = await restores.begin(principal, {
          ...{ ...asked, tenant: tenant ?? null, collection: collection ?? null },
          ...{ mode: mode ?? 'MERGE', withAccess: withAccess ?? false },
        });
        about?.(asked.backup);
        about?.(restore.id);
        return { restore };
      },
      cancelRestore: async (_, { input }, { principal }) => ({
        restore: await restores.cancel(principal, input.id),
      }),
      switchRestore: async (_, { input }, { principal }) => ({
        restore: await restores.switchTo(principal, input.id),
      }),
      confirmRestore: async (_, { input }, { principal }) => ({
        restore: await restores.confirm(principal, input.id),
      }),
      revertRestore: async (_, { input }, { principal }) => ({
        restore: await restores.revert(principal, input.id),
      }),
    },
    Subscription: {
      restore: {
        subscribe: async function* (_, { id }, { principal, signal }) {
          for await (const restore of restores.watch(principal, id, signal)) yield { restore };
        },
      },
    },
    Restore: {
      scope: ({ scope }) => scope.kind,
      tenant: ({ scope }) => (scope.kind === 'INSTALLATION' ? null : scope.tenant),
      collection: ({ scope }) => (scope.kind === 'COLLECTION' ? scope.collection : null),
      notice: noticeOf,
    },
  } satisfies Resolvers;
}
