/** Operations as texts become documents to execute: parsed, validated, bounded, and remembered. */

import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { argumentPath } from '../platform/argument-path.ts';
import { badInput, Problem, problemDetails } from '../platform/errors.ts';

/** Operations kept; a gateway sends few different texts. */
const OPERATIONS_CACHED_MAX = 1_000;
/** Their texts together, in characters. Parsed, each takes about fifty bytes. */
const CACHED_CHARS_MAX = 1_000_000;
/** A gateway writes out fragments, so its texts are longer than a client's. */
export const TOKENS_MAX = 20_000;
/** Levels of nesting; the gateway's own limit is far below. */
const DEPTH_MAX = 64;
/** Mistakes told at once. */
const ERRORS_MAX = 10;

export type Operation = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

/** Reads texts for one schema. `document` is the text parsed, where the caller has it already. */
export type OperationReader = (query: string, document?: DocumentNode) => Operation;

export function createOperationReader(schema: GraphQLSchema): OperationReader {
  const operations = new LRUCache<string, Operation>({
    max: OPERATIONS_CACHED_MAX,
    maxSize: CACHED_CHARS_MAX,
    sizeCalculation: (_, query) => query.length + 1,
  });
  return (query, document) => {
    const cached = operations.get(query);
    if (cached !== undefined) return cached;
    const operation = readOperation(schema, query, document);
    // A refusal holds on to the stack it came from, and to the whole text; a gateway sends hardly any.
    if ('document' in operation) operations.set(query, operation);
    return operation;
  };
}

/** Subgraphs are described by the supergraph alone. */
const RULES: readonly ValidationRule[] = [
  ...specifiedRules,
  NoSchemaIntrospectionCustomRule,
  maxDepthRule({
    n: DEPTH_MAX,
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(tooDeep())],
  }) as ValidationRule,
];

function readOperation(schema: GraphQLSchema, query: string, given: DocumentNode | undefined): Operation {
  try {
    const document = given ?? parse(query, { maxTokens: TOKENS_MAX });
    const errors = validate(schema, document, RULES, { maxErrors: ERRORS_MAX });
    return errors.length === 0 ? { document } : { errors: errors.map((error) => placed(error, document)) };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    // The parser goes down with the text, and a text of many brackets leads it further than the stack reaches.
    if (error instanceof RangeError) return { errors: [tooDeep()] };
    throw error;
  }
}

/**
 * The gateway has checked everything but the scalars of ours, which it does not read: what is wrong with one of them says
 * what would be right, and here in which argument.
 */
function placed(error: GraphQLError, document: DocumentNode): GraphQLError {
  const [node] = error.nodes ?? [];
  const field = node === undefined ? undefined : argumentPath(document, node);
  if (field === undefined) return error;
  const problem = badInput(field, error.message);
  return new GraphQLError(problem.message, { extensions: { ...problemDetails(problem) } });
}

function tooDeep(): GraphQLError {
  const detail = `The operation has more than ${DEPTH_MAX} levels of nesting. Ask in several operations.`;
  return new GraphQLError(detail, {
    extensions: { ...problemDetails(new Problem('QUERY_TOO_COMPLEX', detail)) },
  });
}
