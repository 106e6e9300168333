/** How an entity is named to another subgraph: its type and its key, read out of what is known of it so far. */

import { type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { type Data, isObject } from './merge.ts';
import type { KeySelection } from './query-plan.ts';

/** The representation, or null when something it needs is not known: the entity is then left as it is. */
export function representationOf(
  schema: GraphQLSchema,
  entity: Data,
  selections: readonly KeySelection[],
): Data | null {
  const representation: Data = {};
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      if (!isOfType(schema, entity, selection.typeCondition)) continue;
      const part = representationOf(schema, entity, selection.selections);
      if (part === null) return null;
      Object.assign(representation, part);
      continue;
    }
    const name = selection.alias ?? selection.name;
    if (!Object.hasOwn(entity, name) || entity[name] === undefined) return null;
    representation[name] = keyValue(schema, entity[name], selection.selections);
  }
  return representation;
}

function keyValue(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly KeySelection[] | undefined,
): unknown {
  if (selections === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => keyValue(schema, item, selections));
  return isObject(value) ? representationOf(schema, value, selections) : null;
}

function isOfType(schema: GraphQLSchema, entity: Data, condition: string | undefined): boolean {
  const name = entity['__typename'];
  if (condition === undefined || name === condition) return condition !== undefined;
  const type = typeof name === 'string' ? schema.getType(name) : undefined;
  const wanted = schema.getType(condition);
  return isObjectType(type) && isAbstractType(wanted) && schema.isSubType(wanted, type);
}
