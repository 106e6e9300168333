/** The roles that tenants made; those that every tenant has are not in the graph. */

import { isScope } from '../../../model/principal.ts';
import type { Role } from '../../../model/user.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull, textsOf } from './rows.ts';

export interface RoleNode extends Pick<Role, 'name' | 'scopes'> {
  readonly id: string;
  readonly tenant: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

function decodeRole(row: Row): Role {
  return { name: textOf(row.name), scopes: textsOf(row.scopes).filter(isScope), isBuiltIn: false };
}

/** Makes the role unless there is one of this name, and gives whose claim it is. */
export function createRole({ id, ...role }: RoleNode, claim: string): Statement<string | null> {
  return statement(
    'roles.create',
    'MERGE (r:Role {id: $id}) ON CREATE SET r += $properties RETURN r.claim AS claim',
    { id, properties: { ...role, claim } },
    (row) => textOrNull(row.claim),
  );
}

export function rolesOfTenant(tenant: string, limit: number): Statement<Role> {
  return statement(
    'roles.ofTenant',
    'MATCH (r:Role {tenant: $tenant}) RETURN r.name AS name, r.scopes AS scopes ORDER BY name LIMIT $limit',
    { tenant, limit },
    decodeRole,
  );
}

export function setRoleScopes(tenant: string, id: string, scopes: readonly string[]): Statement<Role> {
  return statement(
    'roles.setScopes',
    `MATCH (r:Role {id: $id}) WHERE r.tenant = $tenant SET r.scopes = $scopes
     RETURN r.name AS name, r.scopes AS scopes`,
    { tenant, id, scopes },
    decodeRole,
  );
}

/** How many users have the role. */
export function usersWithRole(tenant: string, name: string): Statement<number> {
  return statement(
    'roles.users',
    'MATCH (u:User {tenant: $tenant}) WHERE $name IN u.roles RETURN count(u) AS n',
    { tenant, name },
    (row) => Number(row.n),
  );
}

export function deleteRole(tenant: string, id: string): Statement<unknown> {
  return statement(
    'roles.delete',
    'MATCH (r:Role {id: $id}) WHERE r.tenant = $tenant DETACH DELETE r',
    { tenant, id },
    (row) => row,
  );
}
