/** Roles of a tenant: those that every one has, and those that it made. */

import { randomUUID } from 'node:crypto';
import { roleId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import { BUILT_IN_ROLES, loginOf, type Role } from '../../model/user.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import {
  createRole,
  deleteRole,
  rolesOfTenant,
  setRoleScopes,
  usersWithRole,
} from '../../stores/graph/statements/roles.ts';
import { checkRoleName, checkRoleScopes, refuseBeyond, unionOf } from './user-request.ts';

export interface Roles {
  /** All of them, those of every tenant first. */
  list(tenant: string, options?: CallOptions): Promise<readonly Role[]>;
  /** Rejects with FORBIDDEN where the role would have more than the principal. */
  create(principal: Principal, request: RoleRequest): Promise<Role>;
  /** Rejects with FORBIDDEN also where the role has more than the principal. */
  setScopes(principal: Principal, request: RoleRequest): Promise<Role>;
  /** Rejects with CONFLICT while users have it. */
  remove(principal: Principal, name: string): Promise<void>;
}

export interface RoleRequest {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Roles that one tenant may make. */
const ROLES_MAX = 100;

export function createRoles({ graph, now }: { readonly graph: GraphStore; readonly now: () => Date }): Roles {
  const list: Roles['list'] = async (tenant, call) => [
    ...BUILT_IN_ROLES,
    ...(await graph.read(rolesOfTenant(tenant, ROLES_MAX), call)),
  ];
  /** A role that may be changed, as it is. */
  const own = async (tenant: string, given: string): Promise<Role> => {
    const name = loginOf(given);
    const role = (await list(tenant)).find((one) => one.name === name);
    if (role === undefined) throw unknownRole(name);
    if (!role.isBuiltIn) return role;
    throw new Problem(
      'CONFLICT',
      `The role "${name}" is every tenant's, and stays as it is. Make another one.`,
    );
  };
  return {
    list,
    create: async (principal, request) => {
      const { tenant, subject } = principal;
      const [name, scopes] = [checkRoleName(request.name), checkRoleScopes(request.scopes)];
      await refuseBeyond(graph, principal, scopes, 'The role would have');
      const present = await list(tenant);
      if (present.some((role) => role.name === name)) throw taken(name);
      if (present.length - BUILT_IN_ROLES.length >= ROLES_MAX)
        throw new Problem(
          'CONFLICT',
          `The tenant has ${ROLES_MAX} roles of its own. Delete those that nobody has.`,
        );
      const id = roleId(tenant, name);
      const claim = randomUUID();
      const node = { id, tenant, name, scopes, createdAt: now().toISOString(), createdBy: subject };
      const [[holder] = []] = await graph.write([createRole(node, claim)]);
      if (holder !== claim) throw taken(name);
      return { name, scopes, isBuiltIn: false };
    },
    setScopes: async (principal, request) => {
      const { tenant } = principal;
      const scopes = checkRoleScopes(request.scopes);
      const role = await own(tenant, request.name);
      await refuseBeyond(graph, principal, unionOf([role, { scopes }]), 'The role would have, or has,');
      const [[changed] = []] = await graph.write([setRoleScopes(tenant, roleId(tenant, role.name), scopes)]);
      if (changed === undefined) throw unknownRole(role.name);
      return changed as Role;
    },
    remove: async (principal, given) => {
      const { tenant } = principal;
      const role = await own(tenant, given);
      await refuseBeyond(graph, principal, role.scopes, 'The role has');
      const [users = 0] = await graph.read(usersWithRole(tenant, role.name));
      if (users > 0)
        throw new Problem(
          'CONFLICT',
          `The role "${role.name}" is that of ${users} users. Give them others first, with setUserRoles.`,
        );
      await graph.write([deleteRole(tenant, roleId(tenant, role.name))]);
    },
  };
}

function taken(name: string): Problem {
  return badInput('input.name', `there is a role "${name}" already. Change it with setRoleScopes.`);
}

function unknownRole(name: string): Problem {
  return new Problem('NOT_FOUND', `There is no role "${name.slice(0, 100)}". "roles" lists those there are.`);
}
