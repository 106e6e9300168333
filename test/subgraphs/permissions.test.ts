import { type GraphQLSchema, getNamedType, isAbstractType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { objectTypes, unguardedFields } from '../../subgraphs/permission-table.ts';
import { ENTITY_ACCESS, type PermissionTable } from '../../subgraphs/subgraph.ts';
import { findSubgraph, SUBGRAPH_NAMES } from './definitions.ts';

test('every subgraph of the house is found', () => {
  expect(SUBGRAPH_NAMES).toEqual(['admin', 'documents', 'retrieval', 'traversal']);
});

describe.each(SUBGRAPH_NAMES)('the permissions of %s', (name) => {
  test('say something about every field of every type, and about every reference', async () => {
    const { definition, schema } = await findSubgraph(name);
    expect(definition.name).toBe(name);
    expect(unguardedFields(schema, definition.permissions)).toEqual([]);
  });

  test('let nobody reach a type by a weaker way than its own', async () => {
    const { definition, schema } = await findSubgraph(name);
    expect(weakerWays(schema, definition.permissions)).toEqual(WRITERS_SEE_WHAT_THEY_WROTE[name] ?? []);
  });
});

/** The payload of a mutation shows what it made to whoever was allowed to make it. */
const WRITERS_SEE_WHAT_THEY_WROTE: Readonly<Record<string, readonly string[]>> = {
  documents: ['Collection by documents:write', 'IngestionJob by documents:write'],
};

/** Types with references that something else than their own permission opens, as `Type by permission`. */
function weakerWays(schema: GraphQLSchema, permissions: PermissionTable): readonly string[] {
  const ways = waysIn(schema, permissions);
  return [...ways].flatMap(([type, found]) => {
    const own = permissions[type]?.[ENTITY_ACCESS];
    if (own === undefined || own === 'AUTHENTICATED') return [];
    return [...found].filter((way) => way !== own).map((way) => `${type} by ${way}`);
  });
}

/** For every type, the permissions of which one is enough to hold an object of it. */
function waysIn(
  schema: GraphQLSchema,
  permissions: PermissionTable,
): ReadonlyMap<string, ReadonlySet<string>> {
  const ways = new Map<string, Set<string>>();
  const open = (type: string, way: string): boolean => {
    const found = ways.get(type) ?? new Set();
    ways.set(type, found);
    const isNew = !found.has(way);
    found.add(way);
    return isNew;
  };
  let grown = true;
  while (grown) {
    grown = false;
    for (const type of objectTypes(schema)) {
      const entity = permissions[type.name]?.[ENTITY_ACCESS];
      if (entity !== undefined) grown = open(type.name, entity) || grown;
      for (const field of Object.values(type.getFields())) {
        const permission = permissions[type.name]?.[field.name];
        const through =
          permission === 'PARENT' ? [...(ways.get(type.name) ?? [])] : permission ? [permission] : [];
        for (const target of possibleTypes(schema, getNamedType(field.type)))
          for (const way of through) grown = open(target, way) || grown;
      }
    }
  }
  return ways;
}

function possibleTypes(schema: GraphQLSchema, type: ReturnType<typeof getNamedType>): readonly string[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type).map((possible) => possible.name);
  return isObjectType(type) ? [type.name] : [];
}
