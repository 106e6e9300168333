/** Users and roles, for those who manage them. */

import { toPage } from '../../model/page.ts';
import { loginOf } from '../../model/user.ts';
import { scopesOf } from '../../operations/users/users.ts';
import { connectionOf, readAfter, readFirst } from '../connection.ts';
import type { AdminRooms } from './loaders.ts';
import type { Resolvers } from './resolver-types.generated.ts';

export function userResolvers({ users, roles, signIn }: Pick<AdminRooms, 'users' | 'roles' | 'signIn'>) {
  return {
    Query: {
      user: (_, { id }, { loaders }) => loaders.user.load(id),
      users: async (_, { first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const [afterLogin = ''] = readAfter(after, 1) ?? [];
        const page = { after: afterLogin, limit: limit + 1 };
        const found = await users.list(principal.tenant, page, { signal });
        return connectionOf(
          toPage(found, limit, ({ login }) => [login]),
          after,
        );
      },
      roles: (_, __, { principal, loaders }) => loaders.rolesOf(principal.tenant),
    },
    Mutation: {
      createUser: async (_, { input }, { principal, about }) => {
        const user = await users.create(principal, input);
        about?.(user.id);
        return { user };
      },
      setUserRoles: async (_, { input }, { principal }) => ({
        user: await users.setRoles(principal, input.id, input.roles),
      }),
      setUserPassword: async (_, { input }, { principal }) => ({
        user: await users.setPassword(principal, input.id, input.password),
      }),
      disableUser: async (_, { input }, { principal }) => ({
        user: await users.disable(principal, input.id),
      }),
      enableUser: async (_, { input }, { principal }) => ({ user: await users.enable(principal, input.id) }),
      deleteUser: async (_, { input }, { principal }) => {
        await users.remove(principal, input.id);
        return { id: input.id };
      },
      changePassword: async (_, { input }, { principal }) => ({
        user: await signIn.changePassword(principal, input.current, input.password),
      }),
      createRole: async (_, { input }, { principal }) => ({ role: await roles.create(principal, input) }),
      setRoleScopes: async (_, { input }, { principal }) => ({
        role: await roles.setScopes(principal, input),
      }),
      deleteRole: async (_, { input }, { principal }) => {
        await roles.remove(principal, input.name);
        return { name: loginOf(input.name) };
      },
    },
    User: {
      state: ({ disabledAt }) => (disabledAt === null ? 'ACTIVE' : 'DISABLED'),
      scopes: async (user, _, { loaders }) => scopesOf(user, await loaders.rolesOf(user.tenant)),
      sessions: ({ id }, _, { loaders }) => loaders.sessionsOf.load(id),
    },
  } satisfies Resolvers;
}
