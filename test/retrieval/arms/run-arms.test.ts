import { expect, test } from 'vitest';
import { badInput, Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import type { Arm } from '../../../retrieval/arms/arm.ts';
import { runArms } from '../../../retrieval/arms/run-arms.ts';

const arm = (name: string, find: Arm['find']): Arm => ({ name, weight: 1, usesIndexes: false, find });
const sound = arm('SOUND', async () => ({ hits: [] }));
const failing = (error: Error) =>
  arm('FAILING', async () => {
    throw error;
  });
const run = async (arms: readonly Arm[]) => {
  const said: string[] = [];
  const log = createLog({ level: 'debug' }, { write: (line) => void said.push(line) });
  const { signal } = new AbortController();
  const outcome = await runArms(
    arms,
    { query: 'x', boundary: { tenant: 'acme' }, limit: 1 },
    { signal, timeoutMs: 60_000, log },
  ).catch((error: unknown) => error);
  return { outcome, said };
};

test('an arm that fails is left out, named and in the log', async () => {
  const { outcome, said } = await run([sound, failing(new Problem('UNAVAILABLE', 'It is away.'))]);
  expect(outcome).toMatchObject({ degraded: [{ arm: 'FAILING', reason: 'It is away.' }] });
  expect(said.map((line) => JSON.parse(line).level)).toEqual([50]);
});

test('what the caller got wrong is refused by its field, whatever the other arms say, and is not in the log', async () => {
  const wrong = failing(badInput('filter.metadata.0', 'is not what this engine takes'));
  for (const arms of [[wrong], [sound, wrong], [failing(new Error('broken')), wrong]]) {
    const { outcome, said } = await run(arms);
    expect(outcome).toMatchObject({ code: 'BAD_INPUT', errors: [{ field: 'filter.metadata.0' }] });
    expect(said).toEqual([]);
  }
});
