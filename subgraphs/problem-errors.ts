/** Errors of a subgraph as GraphQL carries them: problem details in `extensions`, once, here. */

import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import {
  badInput,
  type FieldError,
  PROBLEMS,
  Problem,
  type ProblemCode,
  problemDetails,
  toProblem,
} from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

/** A GraphQL error with its problem details; what is our own mistake is logged and says nothing of itself. */
export function formatProblem(
  error: GraphQLError,
  requestId: string | undefined,
  log: Log,
): GraphQLFormattedError {
  const problem = problemOf(error);
  if (problem.code === 'INTERNAL') {
    log.error({ requestId, path: error.path, error: error.originalError ?? error }, error.message);
  }
  return {
    message: problem.message,
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    extensions: { ...problemDetails(problem, requestId) },
  };
}

/** The problem behind an error of graphql-js: what a resolver threw, or what is wrong with the operation. */
export function problemOf(error: GraphQLError): Problem {
  const cause = innermost(error);
  if (isParserOverflow(error, cause)) return new Problem('QUERY_TOO_COMPLEX', TOO_DEEP);
  if (!(cause instanceof GraphQLError)) return toProblem(cause);
  if (error.path === undefined) return operationProblem(error);
  // graphql-js points at an argument that does not fit, and at nothing when a value of ours does not fit its type.
  return cause.nodes === undefined ? toProblem(cause) : badInput(error.path.join('.'), cause.message);
}

const TOO_DEEP = 'The operation nests deeper than can be read. Ask in several operations.';

/** Apollo Server's parser goes down with the text, until the stack ends. */
function isParserOverflow({ extensions }: GraphQLError, cause: unknown): boolean {
  return extensions['code'] === 'GRAPHQL_PARSE_FAILED' && cause instanceof RangeError;
}

function innermost(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** Without a path nothing was executed: the text, the operation or a variable is wrong. */
function operationProblem({ message, extensions }: GraphQLError): Problem {
  const { code, errors } = extensions;
  if (typeof code === 'string' && code in PROBLEMS)
    return new Problem(code as ProblemCode, message, { errors: (errors ?? []) as readonly FieldError[] });
  const field = variableOf(message);
  return new Problem('BAD_INPUT', message, field === undefined ? {} : { errors: [{ field, message }] });
}

/** The variable that is wrong, with the way to the place inside it, such as `input.documents.0.content`. */
function variableOf(message: string): string | undefined {
  const [, name, inside] = /^Variable "\$(\w+)"(?: got invalid value .* at "([^"]+)")?/.exec(message) ?? [];
  return inside?.replace(/\[(\d+)\]/g, '.$1') ?? name;
}
