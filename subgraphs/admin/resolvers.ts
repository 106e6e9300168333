/** Translates between the admin contract and the rooms below. */

import type { AdminRooms } from './index.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function createAdminResolvers({ health, reembeddings }: AdminRooms): Resolvers {
  return {
    Query: {
      health: () => health.report(),
      viewer: (_, __, { principal }) => ({
        subject: principal.subject,
        tenant: principal.tenant,
        scopes: [...principal.scopes],
      }),
      reembedding: (_, __, { signal }) => reembeddings.last({ signal }),
    },
    Mutation: {
      reembed: async () => ({ reembedding: await reembeddings.begin() }),
      confirmReembedding: async () => ({ reembedding: await reembeddings.confirm() }),
      revertReembedding: async () => ({ reembedding: await reembeddings.revert() }),
    },
    Reembedding: { state: ({ phase }) => phase },
  };
}
