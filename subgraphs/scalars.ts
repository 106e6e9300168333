/** The scalars that all subgraphs share, with errors that say what would be right. */

import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { z } from 'zod';
import type { JsonObject } from '../model/documents.ts';

/** RFC 3339, section 5.6, on the days that there are: `Date` would make the 2nd of March of a 30th of February. */
const RFC_3339 = z.iso.datetime({ offset: true });

export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: String,
  parseValue: readDateTime,
  parseLiteral: (node) => readDateTime(node.kind === Kind.STRING ? node.value : undefined, node),
});

/** In UTC with milliseconds, so that equal moments are equal texts and texts sort by time. */
function readDateTime(value: unknown, node?: ValueNode): string {
  const read = RFC_3339.safeParse(value);
  if (read.success) return new Date(read.data).toISOString();
  const message = 'A DateTime is RFC 3339 text with a time zone, such as "2026-01-31T12:00:00Z".';
  throw new GraphQLError(message, node === undefined ? {} : { nodes: node });
}

export const JSONObject = new GraphQLScalarType<JsonObject, JsonObject>({
  name: 'JSONObject',
  serialize: (value) => value as JsonObject,
  parseValue: readJsonObject,
  parseLiteral: (node: ValueNode, variables) => readJsonObject(valueFromASTUntyped(node, variables), node),
});

function readJsonObject(value: unknown, node?: ValueNode): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  const message = 'A JSONObject is an object, such as {"year": 2026}.';
  throw new GraphQLError(message, node === undefined ? {} : { nodes: node });
}
