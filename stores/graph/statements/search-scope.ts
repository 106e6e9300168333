/** Collections by name, as a search is limited to them. */

import { type Statement, statement } from '../graph-store.ts';

/** Those of `ids` that are collections of the tenant. */
export function collectionsExisting(tenant: string, ids: readonly string[]): Statement<string> {
  return statement(
    'searchScope.collectionsExisting',
    'UNWIND $ids AS id MATCH (c:Collection {id: id}) WHERE c.tenant = $tenant RETURN id',
    { tenant, ids },
    (row) => String(row.id),
  );
}

/** Names of the tenant's collections in alphabetical order, at most `limit`; of those in `within`, where not of all. */
export function collectionNames(
  tenant: string,
  limit: number,
  within: readonly string[] | null,
): Statement<string> {
  const where = within === null ? '' : 'WHERE c.id IN $within';
  return statement(
    'searchScope.collectionNames',
    `MATCH (c:Collection {tenant: $tenant}) ${where} RETURN c.name AS name ORDER BY name LIMIT $limit`,
    { tenant, limit, ...(within === null ? {} : { within }) },
    (row) => String(row.name),
  );
}

/** An entity's preferred spelling. */
export interface EntityName {
  readonly id: string;
  readonly name: string;
}

/** The names of these entities, in no order. */
export function entityNames(tenant: string, entityIds: readonly string[]): Statement<EntityName> {
  return statement(
    'searchScope.entityNames',
    `UNWIND $entityIds AS entityId MATCH (e:Entity {id: entityId}) WHERE e.tenant = $tenant
     RETURN entityId, e.name AS name`,
    { tenant, entityIds },
    (row) => ({ id: String(row.entityId), name: String(row.name) }),
  );
}
