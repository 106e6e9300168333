/** Signing in and out, and the first administrator: what is asked without a token. */

import { subjectOfUser, type User } from '../../model/user.ts';
import type { AdminRooms, Context } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function sessionResolvers({
  signIn,
  sessions,
  bootstrap,
}: Pick<AdminRooms, 'signIn' | 'sessions' | 'bootstrap'>) {
  return {
    Mutation: {
      signIn: (_, { input }, context) =>
        signIn.signIn({ ...input, address: context.principal.address, onUser: telling(context) }),
      refreshSession: (_, { input }, context) => sessions.refresh(input.refreshToken, telling(context)),
      signOut: async (_, { input }, context) => ({
        ended: await sessions.signOut(input.refreshToken, telling(context)),
      }),
      bootstrapAdministrator: async (_, { input }, context) => {
        const user = await bootstrap.makeFirst({ ...input, address: context.principal.address });
        telling(context)(user);
        return { user };
      },
    },
  } satisfies Resolvers;
}

/** The audit log of the user's tenant has it. */
function telling({ onBehalfOf }: Context) {
  return ({ id, tenant }: Pick<User, 'id' | 'tenant'>) =>
    onBehalfOf?.({ tenant, subject: subjectOfUser(id) });
}
