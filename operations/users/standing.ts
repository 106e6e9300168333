/** What somebody may do now who asked for what goes on by itself: users and API keys lose rights, and are ended. */

import type { Scope } from '../../model/principal.ts';
import { userIdIn } from '../../model/user.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { apiKeysByIds } from '../../stores/graph/statements/api-keys.ts';
import { usersByIds } from '../../stores/graph/statements/users.ts';
import { createRoles } from './roles.ts';
import { unionOf } from './user-request.ts';

export interface Standing {
  /** Null for whom nothing here knows of: subjects of issuers outside, whose tokens alone say what they may do. */
  readonly scopes: readonly Scope[] | null;
  /** Why whoever it was may do nothing any more; null for who may. */
  readonly ended: string | null;
}

export type StandingOf = (tenant: string, subject: string) => Promise<Standing>;

const UNKNOWN: Standing = { scopes: null, ended: null };

export function createStanding(tools: { readonly graph: GraphStore; readonly now: () => Date }): StandingOf {
  const roles = createRoles(tools);
  const ofUser = async (tenant: string, id: string): Promise<Standing> => {
    const [user] = await tools.graph.read(usersByIds(tenant, [id]));
    if (user === undefined) return endedBy('is a user no more');
    if (user.disabledAt !== null) return endedBy('is disabled');
    const has = (await roles.list(tenant)).filter(({ name }) => user.roles.includes(name));
    return { scopes: unionOf(has), ended: null };
  };
  const ofKey = async (tenant: string, id: string): Promise<Standing> => {
    const [key] = await tools.graph.read(apiKeysByIds(tenant, [id]));
    if (key === undefined) return endedBy('is a key no more');
    if (key.revokedAt !== null) return endedBy('is revoked');
    if (key.expiresAt !== null && key.expiresAt <= tools.now().toISOString()) return endedBy('has expired');
    return { scopes: key.scopes, ended: null };
  };
  return async (tenant, subject) => {
    const userId = userIdIn(subject);
    if (userId !== null) return ofUser(tenant, userId);
    return subject.startsWith(KEY_SUBJECT) ? ofKey(tenant, subject.slice(KEY_SUBJECT.length)) : UNKNOWN;
  };
}

/** What gateways call whoever sent a key. */
const KEY_SUBJECT = 'key:';

function endedBy(ended: string): Standing {
  return { scopes: [], ended };
}
