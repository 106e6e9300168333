/** A boundary as SQL over the `document` table (alias `d`): the one meaning of a filter, for every arm. */

import type { Boundary, DocumentFilter, MetadataCondition } from '../../../model/filter.ts';

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

/** Whether anything but tenant and collections is asked. */
export function hasDocumentFilter({ filter }: Boundary): boolean {
  return filter !== undefined && filterToSql(filter).length > 0;
}

function filterToSql(filter: DocumentFilter): readonly SqlCondition[] {
  return [
    ...(filter.documentIds === undefined ? [] : [oneOf('d.document_id', filter.documentIds)]),
    ...(filter.mediaTypes === undefined ? [] : [oneOf('d.media_type', filter.mediaTypes)]),
    ...(filter.updatedAfter === undefined
      ? []
      : [{ sql: 'd.updated_at >= ?', values: [toUtc(filter.updatedAfter)] }]),
    ...(filter.updatedBefore === undefined
      ? []
      : [{ sql: 'd.updated_at < ?', values: [toUtc(filter.updatedBefore)] }]),
    ...(filter.metadata ?? []).map(metadataToSql),
  ];
}

/** Stored times are UTC with milliseconds, where text order is time order. */
function toUtc(time: string): string {
  return new Date(time).toISOString();
}

/** A value, or one element of it when it is a list, meets every part; `exists` asks for the key alone. */
function metadataToSql({ key, exists, ...bounds }: MetadataCondition): SqlCondition {
  const path = jsonPath(key);
  const value = and([
    ...(bounds.in === undefined ? [] : [any(bounds.in.map(equals))]),
    ...(bounds.atLeast === undefined ? [] : [compares('>=', bounds.atLeast)]),
    ...(bounds.atMost === undefined ? [] : [compares('<=', bounds.atMost)]),
  ]);
  const present = `coalesce(json_type(d.metadata, ?), 'null') <> 'null'`;
  return and([
    ...(value.sql === 'TRUE'
      ? []
      : [
          {
            sql: `coalesce(json_type(d.metadata, ?), 'null') <> 'object' AND EXISTS (SELECT 1 FROM json_each(d.metadata, ?) v WHERE ${value.sql})`,
            values: [path, path, ...value.values],
          },
        ]),
    ...(exists === undefined ? [] : [{ sql: exists ? present : `NOT (${present})`, values: [path] }]),
  ]);
}

function jsonPath(key: string): string {
  return `$${key
    .split('.')
    .map((part) => `."${part.replaceAll('"', '\\"')}"`)
    .join('')}`;
}

function equals(expected: string | number | boolean): SqlCondition {
  if (typeof expected === 'boolean') return { sql: `v.type = '${expected}'`, values: [] };
  return compares('=', expected);
}

function compares(operator: '=' | '>=' | '<=', bound: string | number): SqlCondition {
  const types = typeof bound === 'number' ? `v.type IN ('integer', 'real')` : `v.type = 'text'`;
  return { sql: `${types} AND v.value ${operator} ?`, values: [bound] };
}

/** A list as one parameter, so that its length never meets SQLite's limit. */
function oneOf(column: string, values: readonly string[]): SqlCondition {
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
}

function and(conditions: readonly SqlCondition[]): SqlCondition {
  if (conditions.length === 0) return { sql: 'TRUE', values: [] };
  return joined(conditions, ' AND ');
}

function any(conditions: readonly SqlCondition[]): SqlCondition {
  if (conditions.length === 0) return { sql: 'FALSE', values: [] };
  return joined(conditions, ' OR ');
}

function joined(conditions: readonly SqlCondition[], operator: string): SqlCondition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(operator),
    values: conditions.flatMap(({ values }) => values),
  };
}
