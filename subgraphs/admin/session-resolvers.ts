/** Signing in and out, sessions, and the first administrator. */

import { subjectOfUser, type User } from '../../model/user.ts';
import type { AdminRooms, Context } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function sessionResolvers({
  signIn,
  sessions,
  openSessions,
  bootstrap,
}: Pick<AdminRooms, 'signIn' | 'sessions' | 'openSessions' | 'bootstrap'>) {
  return {
    Query: {
      openSessions: (_, { ids }, { signal }) => openSessions.among(ids, { signal }),
    },
    Mutation: {
      signIn: (_, { input }, context) =>
        signIn.signIn({ ...input, address: context.principal.address, onUser: telling(context) }),
      refreshSession: (_, { input }, context) => sessions.refresh(input.refreshToken, telling(context)),
      signOut: async (_, { input }, context) => ({
        ended: await sessions.signOut(input.refreshToken, telling(context)),
      }),
      endSession: async (_, { input }, { principal, about }) => {
        const { userId, ended } = await openSessions.end(principal, input.id);
        about?.(subjectOfUser(userId));
        return { ended: ended > 0 };
      },
      endSessions: async (_, { input }, { principal, about }) => {
        const { userId, ended } = await openSessions.endAll(principal, input.user ?? null);
        about?.(subjectOfUser(userId));
        return { ended };
      },
      bootstrapAdministrator: async (_, { input }, context) => {
        const user = await bootstrap.makeFirst({ ...input, address: context.principal.address });
        telling(context)(user);
        return { user };
      },
    },
    Session: {
      isCurrent: ({ id }, _, { principal }) => id === principal.session,
    },
  } satisfies Resolvers;
}

/** The audit log of the user's tenant has it. */
function telling({ onBehalfOf }: Context) {
  return ({ id, tenant }: Pick<User, 'id' | 'tenant'>) =>
    onBehalfOf?.({ tenant, subject: subjectOfUser(id) });
}
