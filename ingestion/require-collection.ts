/** Who may write where, as far as their binding to collections goes. */

import { collectionId } from '../model/ids.ts';
import { type Principal, reachesCollection } from '../model/principal.ts';
import { Problem } from '../platform/errors.ts';

/** Rejects with FORBIDDEN a principal that is bound to other collections than the one of this name. */
export function requireCollection(principal: Principal, name: string): void {
  if (reachesCollection(principal, collectionId(principal.tenant, name.trim()))) return;
  const detail = `These credentials are bound to other collections than "${name.slice(0, 100)}". Ask with credentials for it.`;
  throw new Problem('FORBIDDEN', detail);
}
