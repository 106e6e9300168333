/** Users: made, given roles and passwords, disabled and enabled. Nobody touches a user who may do more. */

import { randomUUID } from 'node:crypto';
import { userId } from '../../model/ids.ts';
import type { Principal, Scope } from '../../model/principal.ts';
import { loginOf, type Role, subjectOfUser, type User } from '../../model/user.ts';
import type { Announcements } from '../../platform/announcements.ts';
import { checkNewPassword, type Passwords } from '../../platform/auth/password.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import { deleteSessionsOfUser, endSessionsOfUser } from '../../stores/graph/statements/sessions.ts';
import {
  createUser,
  deleteUser,
  type ListedUser,
  setUserDisabled,
  setUserPassword,
  setUserRoles,
  type UserNode,
  userCount,
  usersByIds,
  usersListed,
} from '../../stores/graph/statements/users.ts';
import type { Roles } from './roles.ts';
import { checkName, checkRoles, refuseBeyond, unionOf } from './user-request.ts';

export interface Users {
  byIds(tenant: string, ids: readonly string[], options?: CallOptions): Promise<readonly User[]>;
  /** By name, from behind `after`. */
  list(
    tenant: string,
    page: { readonly after: string; readonly limit: number },
    options?: CallOptions,
  ): Promise<readonly ListedUser[]>;
  /** Each of these rejects with FORBIDDEN where the user has, or would have, more than the principal. */
  create(principal: Principal, request: UserRequest): Promise<User>;
  setRoles(principal: Principal, id: string, roles: readonly string[]): Promise<User>;
  /** Ends the user's sessions. */
  setPassword(principal: Principal, id: string, password: string): Promise<User>;
  /** Ends the user's sessions, and with them the access tokens that are out. */
  disable(principal: Principal, id: string): Promise<User>;
  enable(principal: Principal, id: string): Promise<User>;
  /** For good, with the user's sessions. What the user made stays, and so does what the audit log says of the id. */
  remove(principal: Principal, id: string): Promise<void>;
}

export interface UserRequest {
  readonly name: string;
  readonly password: string;
  readonly roles: readonly string[];
}

export interface UsersOptions {
  readonly graph: GraphStore;
  readonly roles: Roles;
  readonly passwords: Passwords;
  /** Hears of users all of whose sessions ended, by their subjects. */
  readonly changes: Pick<Announcements, 'tell'>;
  readonly now: () => Date;
}

/** Users of one tenant. */
const USERS_MAX = 10_000;

export function createUsers({ graph, roles, passwords, changes, now }: UsersOptions): Users {
  const moment = () => now().toISOString();
  const within = (principal: Principal, id: string) => requireWithin({ graph, roles }, principal, id);
  return {
    byIds: (tenant, ids, call) => graph.read(usersByIds(tenant, ids), call),
    list: (tenant, { after, limit }, call) => graph.read(usersListed(tenant, after, limit), call),
    create: async (principal, request) => {
      const { tenant } = principal;
      const name = checkName(request.name);
      checkNewPassword(request.password, name);
      const given = checkRoles(request.roles, await roles.list(tenant));
      await refuseBeyond(graph, principal, unionOf(given), 'The user would have');
      const [count = 0] = await graph.read(userCount(tenant));
      if (count >= USERS_MAX) throw new Problem('CONFLICT', `The tenant has ${USERS_MAX} users already.`);
      const user = newUser(principal, { name, roles: given.map((role) => role.name), at: moment() });
      const claim = randomUUID();
      const node = { ...user, passwordHash: await passwords.hash(request.password) };
      const [[holder] = []] = await graph.write([createUser(node, claim)]);
      if (holder === claim) return user;
      throw badInput('input.name', 'is that of another user. Names differ by more than their case.');
    },
    setRoles: async (principal, id, names) => {
      const { tenant } = principal;
      await within(principal, id);
      const given = checkRoles(names, await roles.list(tenant));
      await refuseBeyond(graph, principal, unionOf(given), 'The user would have');
      const [changed] = await graph.write([
        setUserRoles(
          tenant,
          id,
          given.map((role) => role.name),
        ),
      ]);
      return requireUser(changed as readonly User[], id);
    },
    setPassword: async (principal, id, password) => {
      const user = await within(principal, id);
      checkNewPassword(password, user.name);
      return changePasswordOf({ graph, passwords, changes, at: moment() }, user, password);
    },
    disable: async (principal, id) => {
      if (principal.subject === subjectOfUser(id))
        throw new Problem('CONFLICT', 'Nobody disables themselves. Have it done by somebody else.');
      await within(principal, id);
      const at = moment();
      const [changed] = await graph.write([
        setUserDisabled(principal.tenant, id, at),
        endSessionsOfUser(id, at),
      ]);
      changes.tell(subjectOfUser(id));
      return requireUser(changed as readonly User[], id);
    },
    enable: async (principal, id) => {
      await within(principal, id);
      const [changed] = await graph.write([setUserDisabled(principal.tenant, id, null)]);
      return requireUser(changed as readonly User[], id);
    },
    remove: async (principal, id) => {
      if (principal.subject === subjectOfUser(id))
        throw new Problem('CONFLICT', 'Nobody deletes themselves. Have it done by somebody else.');
      await within(principal, id);
      await graph.write([deleteUser(principal.tenant, id), deleteSessionsOfUser(id)]);
      changes.tell(subjectOfUser(id));
    },
  };
}

/** The user, where the principal may do all that the user may. */
export async function requireWithin(
  { graph, roles }: Pick<UsersOptions, 'graph' | 'roles'>,
  principal: Principal,
  id: string,
): Promise<User> {
  const { tenant } = principal;
  const user = requireUser(await graph.read(usersByIds(tenant, [id])), id);
  const scopes = scopesOf(user, await roles.list(tenant));
  await refuseBeyond(graph, principal, scopes, 'The user has');
  return user;
}

/** What the user may do. A role that there is no more gives nothing. */
export function scopesOf(user: Pick<User, 'roles'>, roles: readonly Role[]): readonly Scope[] {
  return unionOf(roles.filter(({ name }) => user.roles.includes(name)));
}

export function newUser(
  { tenant, subject }: Pick<Principal, 'tenant' | 'subject'>,
  { name, roles, at }: { readonly name: string; readonly roles: readonly string[]; readonly at: string },
): Omit<UserNode, 'passwordHash'> {
  const login = loginOf(name);
  return {
    id: userId(tenant, login),
    tenant,
    name,
    login,
    roles,
    createdAt: at,
    createdBy: subject,
    passwordChangedAt: at,
    lastSignInAt: null,
    disabledAt: null,
  };
}

/** A new password ends whatever was begun with the one before. */
export async function changePasswordOf(
  {
    graph,
    passwords,
    changes,
    at,
  }: Pick<UsersOptions, 'graph' | 'passwords' | 'changes'> & { readonly at: string },
  { id, tenant }: Pick<User, 'id' | 'tenant'>,
  password: string,
): Promise<User> {
  const passwordHash = await passwords.hash(password);
  const [changed] = await graph.write([
    setUserPassword(tenant, id, { passwordHash, passwordChangedAt: at }),
    endSessionsOfUser(id, at),
  ]);
  changes.tell(subjectOfUser(id));
  return requireUser(changed as readonly User[], id);
}

export function requireUser([user]: readonly User[], id: string): User {
  if (user !== undefined) return user;
  throw new Problem('NOT_FOUND', `There is no user ${id.slice(0, 100)}. "users" lists those there are.`);
}
