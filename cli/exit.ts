/** How a command ends: what it says on stderr and its exit code. */

import { CommanderError } from 'commander';
import { Problem, toProblem } from '../platform/errors.ts';

/** As shells have it for what Ctrl-C ended. */
const INTERRUPTED = 130;

/** 0 all went well · 1 the request failed or was refused · 2 the command line itself is wrong · 3 unavailable, try again */
export function exitCodeOf(error: unknown): number {
  // Commander ends `--help` and `--version` in the same way as a mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { code, status } = toProblem(error);
  if (code === 'CANCELLED') return INTERRUPTED;
  if (code === 'UNAVAILABLE' || code === 'TIMEOUT') return 3;
  return status === 400 ? 2 : 1;
}

/** What a person reads about a failure: what is wrong, field by field, and no stack. Empty where it was said already. */
export function describeFailure(error: unknown): string {
  if (error instanceof CommanderError) return '';
  if (error instanceof Error && !(error instanceof Problem) && toProblem(error).code === 'INTERNAL')
    return `INTERNAL: ${error.message}`;
  const problem = toProblem(error);
  const fields = problem.errors
    .filter(({ message }) => !problem.message.includes(message))
    .map(({ field, message }) => `  ${field} ${message}`);
  return [`${problem.code}: ${problem.message}`, ...fields].join('\n');
}
