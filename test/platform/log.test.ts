import { expect, test } from 'vitest';
import { Problem } from '../../platform/errors.ts';
import { createLog } from '../../platform/log.ts';

/** What a line of the log holds after `work`. */
function lineOf(work: (log: ReturnType<typeof createLog>) => void) {
  const lines: string[] = [];
  work(createLog({ level: 'info' }, { write: (line) => void lines.push(line) }));
  return { text: lines.join(''), line: JSON.parse(lines[0] ?? 'null') };
}

test('an error is logged with its kind, message, code, stack and cause', () => {
  const cause = new Error('connection refused');
  const problem = new Problem('UNAVAILABLE', 'The engine is away.', { cause });
  const { line } = lineOf((log) => log.error({ error: problem }, 'failed'));
  expect(line).toMatchObject({
    msg: 'failed',
    error: { type: 'Problem', code: 'UNAVAILABLE', message: expect.stringContaining('The engine is away.') },
  });
  expect(line.error.stack).toMatch(/log\.test\.ts/);
  expect(line.error.stack).toContain('connection refused');
});

test('what libraries hang on an error is not logged, nor is a credential beside it', () => {
  const error = Object.assign(new Error('refused'), {
    request: { headers: { authorization: 'Bearer hunter2' } },
    config: { apiKey: 'hunter2' },
  });
  const { text } = lineOf((log) => log.warn({ error, authorization: 'Bearer hunter2' }, 'failed'));
  expect(text).toContain('refused');
  expect(text).not.toContain('hunter2');
});

test('what is thrown without being an error is logged as it is', () => {
  expect(lineOf((log) => log.error({ error: 'plain text' }, 'failed')).line.error).toBe('plain text');
});
