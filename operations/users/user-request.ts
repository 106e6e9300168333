/** What a user or a role may be called, and what they may have: never more than the one who makes it. */

import type { ApiKey } from '../../model/api-key.ts';
import { isScope, type Principal, type Scope } from '../../model/principal.ts';
import { loginOf, type Role } from '../../model/user.ts';
import { badInput } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { refuseMore } from '../api-keys/key-request.ts';
import { ownKeyOf } from '../api-keys/own-key.ts';

const NAME_CHARS_MAX = 200;
const ROLES_MAX = 20;
const SCOPES_MAX = 20;

/** Trimmed. Throws BAD_INPUT for what would be no name, or would look like another one. */
export function checkName(given: string, field = 'input.name'): string {
  const name = given.normalize('NFKC').trim();
  if (name === '' || name.length > NAME_CHARS_MAX)
    throw badInput(field, `has ${name.length} characters and must have 1 to ${NAME_CHARS_MAX}.`);
  if (/\p{C}/u.test(name)) throw badInput(field, 'has characters that nobody sees. Leave them out.');
  return name;
}

/** As roles are named: in small letters, so that none looks like another one. */
export function checkRoleName(given: string): string {
  const name = loginOf(checkName(given));
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u.test(name)) return name;
  throw badInput(
    'input.name',
    'may have letters, digits, spaces, ".", "_" and "-", and begins with one of the first two.',
  );
}

export function checkRoleScopes(given: readonly string[]): readonly Scope[] {
  if (given.length === 0 || given.length > SCOPES_MAX)
    throw badInput('input.scopes', `has ${given.length} scopes and must have 1 to ${SCOPES_MAX}.`);
  given.forEach((scope, at) => {
    if (!isScope(scope)) throw badInput(`input.scopes.${at}`, `"${scope.slice(0, 100)}" is not a scope.`);
  });
  return [...new Set(given.filter(isScope))];
}

/** The roles of these names, each of which there is. */
export function checkRoles(given: readonly string[], roles: readonly Role[]): readonly Role[] {
  if (given.length > ROLES_MAX)
    throw badInput('input.roles', `has ${given.length} roles and may have ${ROLES_MAX}.`);
  const names = [...new Set(given.map(loginOf))];
  return names.map((name, at) => {
    const role = roles.find((one) => one.name === name);
    if (role !== undefined) return role;
    const known = roles.map((one) => one.name).join(', ');
    throw badInput(
      `input.roles.${at}`,
      `there is no role "${name.slice(0, 100)}". There are: ${known.slice(0, 500)}.`,
    );
  });
}

/** Every scope once. */
export function unionOf(roles: readonly Pick<Role, 'scopes'>[]): readonly Scope[] {
  return [...new Set(roles.flatMap(({ scopes }) => scopes))];
}

/**
 * Rejects with FORBIDDEN where the principal would give somebody more than it has, or take hold of somebody who has
 * more. A user lasts and has no limits, so a key that ends by itself, or has limits, gives nothing.
 */
export async function refuseBeyond(
  graph: GraphStore,
  principal: Principal,
  scopes: readonly Scope[],
  whose: string,
): Promise<void> {
  const own: ApiKey | null = await ownKeyOf(graph, principal);
  const limits = { requestsPerMinute: null, costPerMinute: null };
  refuseMore(principal, own, { scopes, expiresAt: null, limits }, whose);
}
