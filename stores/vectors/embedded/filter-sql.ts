/** A boundary as SQL over the tables `document d` and `chunk c`: the one meaning of a filter, for every arm. */

import type { Boundary, DocumentFilter, MetadataCondition } from '../../../model/filter.ts';
import { checkFilter, momentOf } from '../filter-limits.ts';

export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** What a document must satisfy, the tenant included. */
export function boundaryToSql(boundary: Boundary): SqlCondition {
  return and([
    { sql: 'd.tenant = ?', values: [boundary.tenant] },
    ...(boundary.collectionIds === undefined ? [] : [oneOf('d.collection_id', boundary.collectionIds)]),
    ...(boundary.filter === undefined ? [] : filterToSql(boundary.filter)),
  ]);
}

/** What a chunk must satisfy, and the join that this takes. */
export function chunkBoundaryToSql(boundary: Boundary): SqlCondition & { readonly join: string } {
  const { tenant, collectionIds, filter } = boundary;
  const conditions = and([
    { sql: 'c.tenant = ?', values: [tenant] },
    ...(collectionIds === undefined ? [] : [oneOf('c.collection_id', collectionIds)]),
    ...(filter === undefined ? [] : filterToSql(filter)),
  ]);
  const join = 'JOIN document d ON d.tenant = c.tenant AND d.document_id = c.document_id';
  return { ...conditions, join: hasDocumentFilter(boundary) ? join : '' };
}

/** Whether anything but tenant and collections is asked. */
export function hasDocumentFilter({ filter }: Boundary): boolean {
  return filter !== undefined && filterToSql(filter).length > 0;
}

function filterToSql(filter: DocumentFilter): readonly SqlCondition[] {
  const { documentIds, mediaTypes, metadata = [], updatedAfter, updatedBefore } = filter;
  checkFilter(filter);
  return [
    ...(documentIds === undefined ? [] : [oneOf('d.document_id', documentIds)]),
    ...(mediaTypes === undefined ? [] : [oneOf('d.media_type', mediaTypes)]),
    ...(updatedAfter === undefined ? [] : [time('>=', 'updatedAfter', updatedAfter)]),
    ...(updatedBefore === undefined ? [] : [time('<', 'updatedBefore', updatedBefore)]),
    ...metadata.map(metadataToSql),
  ];
}

/** Stored times are UTC with milliseconds, where text order is time order. */
function time(operator: '>=' | '<', field: 'updatedAfter' | 'updatedBefore', value: string): SqlCondition {
  return { sql: `d.updated_at ${operator} ?`, values: [momentOf(field, value).toISOString()] };
}

/** A value, or one element of it when it is a list, meets every part; `exists` asks for the key alone. */
function metadataToSql({ key, exists, ...bounds }: MetadataCondition): SqlCondition {
  const path = jsonPath(key);
  const parts = [
    ...(bounds.in === undefined ? [] : [equalsOneOf(bounds.in)]),
    ...(bounds.atLeast === undefined ? [] : [compares('>=', bounds.atLeast)]),
    ...(bounds.atMost === undefined ? [] : [compares('<=', bounds.atMost)]),
  ];
  const value = and(parts);
  const meets = {
    sql: `coalesce(json_type(d.metadata, ?), 'null') <> 'object'
      AND EXISTS (SELECT 1 FROM json_each(d.metadata, ?) v WHERE ${value.sql})`,
    values: [path, path, ...value.values],
  };
  const present = `coalesce(json_type(d.metadata, ?), 'null') <> 'null'`;
  return and([
    ...(parts.length === 0 ? [] : [meets]),
    ...(exists === undefined ? [] : [{ sql: exists ? present : `NOT (${present})`, values: [path] }]),
  ]);
}

function jsonPath(key: string): string {
  return `$${key
    .split('.')
    .map((part) => `.${JSON.stringify(part)}`)
    .join('')}`;
}

/** Lists as one parameter each, so that their length never meets a limit of SQLite. */
function equalsOneOf(expected: readonly (string | number | boolean)[]): SqlCondition {
  const numbers = expected.filter((value) => typeof value === 'number');
  const texts = expected.filter((value) => typeof value === 'string');
  const flags = expected.filter((value) => typeof value === 'boolean').map(String);
  return {
    sql: `(v.type IN ('integer', 'real') AND v.value IN (SELECT value FROM json_each(?)))
      OR (v.type = 'text' AND v.value IN (SELECT value FROM json_each(?)))
      OR v.type IN (SELECT value FROM json_each(?))`,
    values: [numbers, texts, flags].map((list) => JSON.stringify(list)),
  };
}

function compares(operator: '>=' | '<=', bound: string | number): SqlCondition {
  const types = typeof bound === 'number' ? `v.type IN ('integer', 'real')` : `v.type = 'text'`;
  return { sql: `${types} AND v.value ${operator} ?`, values: [bound] };
}

function oneOf(column: string, values: readonly string[]): SqlCondition {
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
}

function and(conditions: readonly SqlCondition[]): SqlCondition {
  if (conditions.length === 0) return { sql: 'TRUE', values: [] };
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}
