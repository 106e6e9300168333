/** Errors at the edge, the one place: whatever went wrong leaves as problem details, and nothing more. */

import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { PROBLEMS, Problem, type ProblemCode, problemDetails, toProblem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

/** What Apollo Server calls a client's mistake. */
const CLIENT_MISTAKES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

export function createErrorFormat(
  log: Log,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const details = detailsOf(formatted, error, log);
    const subgraph = formatted.extensions?.serviceName;
    return {
      message: details.detail,
      ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
      ...(formatted.path === undefined ? {} : { path: formatted.path }),
      extensions: { ...details, ...(typeof subgraph === 'string' ? { subgraph } : {}) },
    };
  };
}

function detailsOf(formatted: GraphQLFormattedError, error: unknown, log: Log) {
  const extensions = formatted.extensions ?? {};
  if (isOurs(extensions)) return { ...pick(extensions), detail: formatted.message };
  const original = originalOf(error);
  if (original instanceof Problem) return problemDetails(original);
  if (CLIENT_MISTAKES.has(String(extensions.code))) return problemDetails(clientMistake(formatted));
  log.error({ error: original, path: formatted.path }, formatted.message);
  return problemDetails(toProblem(original instanceof GraphQLError ? new Error(original.message) : original));
}

/** Problem details that a subgraph or the context made already. */
function isOurs(extensions: Readonly<Record<string, unknown>>): boolean {
  return (
    typeof extensions.code === 'string' && extensions.code in PROBLEMS && typeof extensions.type === 'string'
  );
}

/** Apollo adds members of its own, stack traces among them: only ours leave. */
function pick(extensions: Readonly<Record<string, unknown>>) {
  const { code, type, title, status, instance, errors, retryAfterMs } = extensions;
  const known = { code: code as ProblemCode, type, title, status, instance, errors, retryAfterMs };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

function originalOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** The variable or argument that is wrong, where the message names one. */
function clientMistake({ message }: GraphQLFormattedError): Problem {
  const field =
    /^Variable "\$(\w+)" got invalid value .*? at "([^"]+)"/.exec(message)?.[2] ??
    /"\$(\w+)"/.exec(message)?.[1];
  return new Problem('BAD_INPUT', message, field === undefined ? {} : { errors: [{ field, message }] });
}
