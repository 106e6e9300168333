/** A boundary as a Qdrant filter: the one meaning of a filter, for every arm. The tenant is in each of them. */

import type { Boundary, DocumentFilter, MetadataCondition } from '../../../model/filter.ts';
import { checkFilter, momentOf } from '../filter-limits.ts';
import type { Schemas } from './connection.ts';
import { equality, KNOWN, numberOrder, presence, textOrder } from './document-facts.ts';
import { FIELDS } from './fields.ts';
import { type BlockRange, textRanges } from './text-order.ts';

export type Condition = Schemas['Condition'];

/** Conditions that must all hold, or null where nothing can: such a question is answered without asking. */
export type Conditions = readonly Condition[] | null;

/** What a chunk or a document must satisfy. */
export function boundaryConditions({ tenant, collectionIds, filter }: Boundary): Conditions {
  return all([
    [ofTenant(tenant)],
    ...(collectionIds === undefined ? [] : [oneOf(FIELDS.collectionId, collectionIds)]),
    ...(filter === undefined ? [] : filterConditions(filter)),
  ]);
}

export function ofTenant(tenant: string): Condition {
  return { key: FIELDS.tenant, match: { value: tenant } };
}

/** Null for an empty list: nothing is one of none. */
export function oneOf(key: string, values: readonly string[]): Conditions {
  return values.length === 0 ? null : [{ key, match: { any: [...values] } }];
}

function filterConditions(filter: DocumentFilter): readonly Conditions[] {
  const { documentIds, mediaTypes, metadata = [], updatedAfter, updatedBefore } = filter;
  checkFilter(filter);
  const asked = [
    ...(documentIds === undefined ? [] : [oneOf(FIELDS.documentId, documentIds)]),
    ...(mediaTypes === undefined ? [] : [oneOf(FIELDS.mediaType, mediaTypes)]),
    ...(updatedAfter === undefined ? [] : [[updated({ gte: timeOf('updatedAfter', updatedAfter) })]]),
    ...(updatedBefore === undefined ? [] : [[updated({ lt: timeOf('updatedBefore', updatedBefore) })]]),
    ...metadata.map(metadataConditions),
  ];
  return asked.length === 0 ? [] : [[fact(KNOWN)], ...asked];
}

function timeOf(field: 'updatedAfter' | 'updatedBefore', value: string): string {
  return momentOf(field, value).toISOString();
}

function updated(range: Schemas['DatetimeRange']): Condition {
  return { key: FIELDS.updatedAt, range };
}

function fact(...tokens: readonly string[]): Condition {
  return {
    key: FIELDS.facts,
    match: tokens.length === 1 ? { value: String(tokens[0]) } : { any: [...tokens] },
  };
}

/** A value, or one element of it when it is a list, meets every part; `exists` asks for the key alone. */
function metadataConditions({ key, exists, ...value }: MetadataCondition): Conditions {
  return all([
    valueConditions(key, value),
    ...(exists === undefined ? [] : [[exists ? fact(presence(key)) : { must_not: [fact(presence(key))] }]]),
  ]);
}

type ValueBounds = Pick<MetadataCondition, 'in' | 'atLeast' | 'atMost'>;

function valueConditions(key: string, bounds: ValueBounds): Conditions {
  const { in: among, atLeast, atMost } = bounds;
  if (among !== undefined) {
    // Bounds on listed values are settled here, so that it is one value which meets them all.
    const tokens = among.filter((value) => isWithin(value, bounds)).map((value) => equality(key, value));
    return tokens.length === 0 ? null : [fact(...tokens)];
  }
  if (atLeast === undefined && atMost === undefined) return [];
  if (typeof atLeast !== 'string' && typeof atMost !== 'string')
    return [numbersBetween(key, atLeast, atMost)];
  if (typeof atLeast !== 'number' && typeof atMost !== 'number') return textsBetween(key, atLeast, atMost);
  return null;
}

function isWithin(value: string | number | boolean, { atLeast, atMost }: ValueBounds): boolean {
  return (
    (atLeast === undefined || (typeof value === typeof atLeast && compare(value, atLeast) >= 0)) &&
    (atMost === undefined || (typeof value === typeof atMost && compare(value, atMost) <= 0))
  );
}

/** Of two values of one type; texts by code point, which is the order of their bytes in UTF-8. */
function compare(left: string | number | boolean, right: string | number): number {
  return typeof right === 'string'
    ? Buffer.compare(Buffer.from(String(left)), Buffer.from(right))
    : Number(left) - right;
}

function numbersBetween(key: string, gte: number | undefined, lte: number | undefined): Condition {
  return ordered(numberOrder(key), {
    ...(gte === undefined ? {} : { gte }),
    ...(lte === undefined ? {} : { lte }),
  });
}

function textsBetween(key: string, atLeast: string | undefined, atMost: string | undefined): Conditions {
  const ranges = textRanges(atLeast, atMost).map(({ before, ...range }: BlockRange) =>
    ordered(textOrder(key, before), range),
  );
  return ranges.length === 0 ? null : [{ should: ranges }];
}

/** Both must hold of one and the same entry of the list. */
function ordered(under: string, range: Schemas['Range']): Condition {
  return {
    nested: {
      key: FIELDS.ordered,
      filter: {
        must: [
          { key: 'under', match: { value: under } },
          { key: 'value', range },
        ],
      },
    },
  };
}

function all(parts: readonly Conditions[]): Conditions {
  const conditions: Condition[] = [];
  for (const part of parts) {
    if (part === null) return null;
    conditions.push(...part);
  }
  return conditions;
}
