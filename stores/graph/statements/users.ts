/** Users: what is known of them, and their passwords' hashes, which nothing but a check reads. */

import type { User } from '../../../model/user.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull, textsOf } from './rows.ts';

/** A user as it is kept. */
export interface UserNode extends User {
  /** The name in its canonical form, by which users are sorted. */
  readonly login: string;
  /** PHC string. */
  readonly passwordHash: string;
}

const COLUMNS = `u.id AS id, u.tenant AS tenant, u.name AS name, u.login AS login, u.roles AS roles,
  u.createdAt AS createdAt, u.createdBy AS createdBy, u.passwordChangedAt AS passwordChangedAt,
  u.lastSignInAt AS lastSignInAt, u.disabledAt AS disabledAt`;

export type ListedUser = User & Pick<UserNode, 'login'>;

function decodeUser(row: Row): ListedUser {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    name: textOf(row.name),
    login: textOf(row.login),
    roles: textsOf(row.roles),
    createdAt: textOf(row.createdAt),
    createdBy: textOf(row.createdBy),
    passwordChangedAt: textOf(row.passwordChangedAt),
    lastSignInAt: textOrNull(row.lastSignInAt),
    disabledAt: textOrNull(row.disabledAt),
  };
}

/** Makes the user unless there is one of this name, and gives whose claim it is. */
export function createUser({ id, ...user }: UserNode, claim: string): Statement<string | null> {
  return statement(
    'users.create',
    'MERGE (u:User {id: $id}) ON CREATE SET u += $properties RETURN u.claim AS claim',
    { id, properties: { ...user, claim } },
    (row) => textOrNull(row.claim),
  );
}

/** Makes the very first user of the installation; nothing where there is any. */
export function createFirstUser({ id, ...user }: UserNode): Statement<string> {
  return statement(
    'users.createFirst',
    `OPTIONAL MATCH (any:User) WHERE any.id > $before WITH count(any) AS users WHERE users = 0
     MERGE (u:User {id: $id}) ON CREATE SET u += $properties RETURN u.id AS id`,
    { id, before: '', properties: { ...user } },
    (row) => textOf(row.id),
  );
}

export function usersByIds(tenant: string, ids: readonly string[]): Statement<ListedUser> {
  return statement(
    'users.byIds',
    `UNWIND $ids AS userId MATCH (u:User {id: userId}) WHERE u.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, ids },
    decodeUser,
  );
}

/** With the hash of the password, for its check. */
export function userToCheck(tenant: string, id: string): Statement<UserNode> {
  return statement(
    'users.toCheck',
    `MATCH (u:User {id: $id}) WHERE u.tenant = $tenant RETURN ${COLUMNS}, u.passwordHash AS passwordHash`,
    { tenant, id },
    (row) => ({ ...decodeUser(row), passwordHash: textOf(row.passwordHash) }),
  );
}

/** The tenant's users by name, from behind `after`. */
export function usersListed(tenant: string, after: string, limit: number): Statement<ListedUser> {
  return statement(
    'users.listed',
    `MATCH (u:User {tenant: $tenant}) WHERE u.login > $after RETURN ${COLUMNS} ORDER BY login LIMIT $limit`,
    { tenant, after, limit },
    decodeUser,
  );
}

export function userCount(tenant: string): Statement<number> {
  return statement(
    'users.count',
    'MATCH (u:User {tenant: $tenant}) RETURN count(u) AS n',
    { tenant },
    (row) => Number(row.n),
  );
}

/** One user of whatever tenant, where there is any. */
export function anyUser(): Statement<string> {
  return statement(
    'users.any',
    'MATCH (u:User) WHERE u.id > $before RETURN u.id AS id LIMIT 1',
    { before: '' },
    (row) => textOf(row.id),
  );
}

export function setUserRoles(tenant: string, id: string, roles: readonly string[]): Statement<ListedUser> {
  return statement(
    'users.setRoles',
    `MATCH (u:User {id: $id}) WHERE u.tenant = $tenant SET u.roles = $roles RETURN ${COLUMNS}`,
    { tenant, id, roles },
    decodeUser,
  );
}

export function setUserPassword(
  tenant: string,
  id: string,
  password: { readonly passwordHash: string; readonly passwordChangedAt: string },
): Statement<ListedUser> {
  return statement(
    'users.setPassword',
    `MATCH (u:User {id: $id}) WHERE u.tenant = $tenant SET u += $password RETURN ${COLUMNS}`,
    { tenant, id, password: { ...password } },
    decodeUser,
  );
}

/** The first time counts; null lets the user in again. */
export function setUserDisabled(
  tenant: string,
  id: string,
  disabledAt: string | null,
): Statement<ListedUser> {
  return statement(
    'users.setDisabled',
    `MATCH (u:User {id: $id}) WHERE u.tenant = $tenant
     SET u.disabledAt = CASE WHEN $disabledAt IS NULL THEN null ELSE coalesce(u.disabledAt, $disabledAt) END
     RETURN ${COLUMNS}`,
    { tenant, id, disabledAt },
    decodeUser,
  );
}

/** Gives the id of the user, where there was one. Written before the sessions go, so that none begins in between. */
export function deleteUser(tenant: string, id: string): Statement<string> {
  return statement(
    'users.delete',
    'MATCH (u:User {id: $id}) WHERE u.tenant = $tenant WITH u, u.id AS id DETACH DELETE u RETURN id',
    { tenant, id },
    (row) => textOf(row.id),
  );
}
