/**
 * An argument that is given as null means its default, as if it were left out: clients send null for a variable that
 * they do not set, and GraphQL applies defaults to absent arguments alone.
 */

import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';

/** Changes the schema in place. */
export function readNullsAsDefaults(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) readNulls(field);
  }
  return schema;
}

function readNulls(field: GraphQLField<unknown, unknown>): void {
  const defaults = field.args.filter(
    ({ defaultValue }) => defaultValue !== undefined && defaultValue !== null,
  );
  if (defaults.length === 0) return;
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (parent, args, context, info) => {
    const given = { ...args };
    for (const { name, defaultValue } of defaults) given[name] ??= defaultValue;
    return resolve(parent, given, context, info);
  };
}
