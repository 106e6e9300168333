/** Errors of a subgraph as GraphQL carries them: problem details in `extensions`, once, here. */

import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { badInput, Problem, problemDetails, toProblem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

/** A GraphQL error with its problem details; what is our own mistake is logged and says nothing of itself. */
export function formatProblem(error: GraphQLError, requestId: string, log: Log): GraphQLFormattedError {
  const problem = problemOf(error);
  if (problem.code === 'INTERNAL')
    log.error({ requestId, path: error.path, error: error.originalError ?? error }, error.message);
  return {
    message: problem.message,
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    extensions: { ...problemDetails(problem, requestId) },
  };
}

/** An error without an original came from graphql-js itself: the operation or its variables are wrong. */
function problemOf(error: GraphQLError): Problem {
  let cause: unknown = error.originalError;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  if (cause instanceof GraphQLError || cause === undefined || cause === null) {
    return error.path === undefined
      ? new Problem('BAD_INPUT', error.message)
      : badInput(error.path.join('.'), error.message);
  }
  return toProblem(cause);
}
