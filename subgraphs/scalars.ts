/** The scalars that all subgraphs share, with errors that say what would be right. */

import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import type { JsonObject } from '../model/documents.ts';

/** RFC 3339, section 5.6. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: String,
  parseValue: readDateTime,
  parseLiteral: (node) => readDateTime(node.kind === Kind.STRING ? node.value : undefined),
});

function readDateTime(value: unknown): string {
  if (typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value))) {
    return new Date(value).toISOString();
  }
  throw new GraphQLError('A DateTime is RFC 3339 text with a time zone, such as "2026-01-31T12:00:00Z".');
}

export const JSONObject = new GraphQLScalarType<JsonObject, JsonObject>({
  name: 'JSONObject',
  serialize: (value) => value as JsonObject,
  parseValue: readJsonObject,
  parseLiteral: (node: ValueNode, variables) => readJsonObject(valueFromASTUntyped(node, variables)),
});

function readJsonObject(value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new GraphQLError('A JSONObject is an object, such as {"year": 2026}.');
}
