/** Migrations of the data, for the operators of the installation. */

import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function migrationResolvers({ migrations }: Pick<AdminRooms, 'migrations'>) {
  return {
    Query: { migrations: async (_, __, { signal }) => [...(await migrations.list({ signal }))] },
    Mutation: {
      runMigrations: async (_, { input }, { about }) => {
        about?.(`to ${input.to ?? 'the last'}`);
        return { migrations: [...(await migrations.request(input.to ?? undefined))] };
      },
      revertMigrations: async (_, { input }, { about }) => {
        about?.(`to ${input.to}`);
        return { migrations: [...(await migrations.revert(input.to))] };
      },
    },
  } satisfies Resolvers;
}
