/** Collections: made once, found by id or in the order of their names. */

import type { Collection } from '../../../model/documents.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

const COLUMNS =
  'c.id AS id, c.tenant AS tenant, c.name AS name, c.description AS description, c.createdAt AS createdAt';

function decodeCollection(row: Row): Collection {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    name: textOf(row.name),
    description: textOrNull(row.description),
    createdAt: textOf(row.createdAt),
  };
}

export function collectionsByIds(tenant: string, ids: readonly string[]): Statement<Collection> {
  return statement(
    'collections.byIds',
    `UNWIND $ids AS collectionId MATCH (c:Collection {id: collectionId}) WHERE c.tenant = $tenant RETURN ${COLUMNS}`,
    { tenant, ids },
    decodeCollection,
  );
}

/** The tenant's collections by name, from behind `after`; of those that the reader may read, where not of all. */
export function collectionsListed(
  tenant: string,
  after: string,
  limit: number,
  within: readonly string[] | null = null,
): Statement<Collection> {
  const where = within === null ? 'c.name > $after' : 'c.name > $after AND c.id IN $within';
  return statement(
    'collections.listed',
    `MATCH (c:Collection {tenant: $tenant}) WHERE ${where} RETURN ${COLUMNS} ORDER BY name LIMIT $limit`,
    { tenant, after, limit, ...(within === null ? {} : { within }) },
    decodeCollection,
  );
}

/** Makes the collection unless it is there. */
export function createCollection(collection: Collection): Statement<unknown> {
  const { id, ...properties } = collection;
  return statement(
    'collections.create',
    'MERGE (c:Collection {id: $id}) ON CREATE SET c += $properties',
    { id, properties },
    (row) => row,
  );
}

/**
 * Makes the collection unless it is there, and gives whose claim it is: of several who make it at once, one finds its
 * own. What was made beside a document has none.
 */
export function claimCollection(collection: Collection, claim: string): Statement<string | null> {
  const { id, ...properties } = collection;
  return statement(
    'collections.claim',
    `MERGE (c:Collection {id: $id}) ON CREATE SET c += $properties RETURN c.claim AS claim`,
    { id, properties: { ...properties, claim } },
    (row) => textOrNull(row.claim),
  );
}

export interface DocumentCount {
  readonly collectionId: string;
  readonly count: number;
}

/** How many documents each collection has; collections without any are left out. */
export function documentCounts(tenant: string, collectionIds: readonly string[]): Statement<DocumentCount> {
  return statement(
    'collections.documentCounts',
    `UNWIND $collectionIds AS collectionId MATCH (d:Document {collectionId: collectionId}) WHERE d.tenant = $tenant
     RETURN collectionId, count(d) AS count`,
    { tenant, collectionIds },
    (row) => ({ collectionId: textOf(row.collectionId), count: Number(row.count) }),
  );
}
