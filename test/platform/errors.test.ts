import { expect, test } from 'vitest';
import { PROBLEMS, Problem, type ProblemCode, problemDetails } from '../../platform/errors.ts';

test.each(Object.keys(PROBLEMS) as ProblemCode[])(
  '%s says when to try again exactly if that may help',
  (code) => {
    const { retryAfterMs } = problemDetails(new Problem(code, 'It failed.'));
    if (PROBLEMS[code].retryable) expect(retryAfterMs).toBeGreaterThan(0);
    else expect(retryAfterMs).toBeUndefined();
  },
);

test('whoever knows better when to try again is believed', () => {
  expect(problemDetails(new Problem('UNAVAILABLE', 'It is away.', { retryAfterMs: 5 })).retryAfterMs).toBe(5);
});
