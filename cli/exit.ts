/** How a command ends: what it says on stderr and its exit code. */

import { toProblem } from '../platform/errors.ts';

/** 0 all went well · 1 the request failed or was refused · 2 the command line itself is wrong · 3 unavailable, try again */
export function exitCodeOf(error: unknown): number {
  const { code, status } = toProblem(error);
  if (code === 'UNAVAILABLE' || code === 'TIMEOUT') return 3;
  return status === 400 ? 2 : 1;
}

/** What a person reads about a failure: what is wrong, field by field, and no stack. */
export function describeFailure(error: unknown): string {
  const problem = toProblem(error);
  const fields = problem.errors.map(({ field, message }) => `  ${field}: ${message}`);
  const inside = problem.code === 'INTERNAL' && error instanceof Error ? [`  ${error.message}`] : [];
  return [`${problem.code}: ${problem.message}`, ...fields, ...inside].join('\n');
}
