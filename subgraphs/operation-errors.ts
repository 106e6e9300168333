/** What graphql-js says is wrong with an operation before any of it runs. */

import { type ExecutionResult, GraphQLError } from 'graphql';
import { Problem, toProblem } from '../platform/errors.ts';
import { problemOf } from './problem-errors.ts';

/** Carries GraphQL errors through a `throw`. */
export class OperationErrors extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('The operation cannot be executed.');
    this.errors = errors;
  }
}

/** A failure outside of any field, as a result. */
export function failedResult(error: unknown): ExecutionResult {
  if (error instanceof OperationErrors) return { errors: error.errors };
  const problem = toProblem(error);
  return { data: null, errors: [new GraphQLError(problem.message, { originalError: problem })] };
}

/** A failure outside of any field, as one problem: the first, with the text of all. */
export function failureProblem(error: unknown): Problem {
  if (!(error instanceof OperationErrors)) return toProblem(error);
  const [first, ...others] = error.errors.map(problemOf);
  if (first === undefined) return toProblem(error);
  const detail = [first, ...others].map(({ message }) => message).join(' ');
  return others.length === 0 ? first : new Problem(first.code, detail);
}
