/**
 * `kill -9` during ingestion, again and again on the same folder: `npm run bench:crash [-- --rounds 50]`. The code
 * is that of `test/failures/ingestion-crash.test.ts`, which runs a few rounds. Told to stop, or when a round fails, it
 * reports the rounds that there were.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CrashRound, crashIngestion } from '../test/failures/ingestion-crash.ts';
import { readArguments } from './arguments.ts';
import { printReport } from './report.ts';

const values = readArguments({ rounds: { type: 'string', default: '50' } });
const total = Number(values.rounds);
const directory = await mkdtemp(join(tmpdir(), 'trellis-bench-crash-'));
const rounds: CrashRound[] = [];
let isStopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isStopped = true;
  });
try {
  for await (const round of crashIngestion(directory, total)) {
    rounds.push(round);
    if (!values.json) process.stderr.write(`\r${rounds.length} of ${total} kills`);
    if (isStopped) break;
  }
} catch (error) {
  console.error(`\nround ${rounds.length + 1} failed:`, error);
  process.exitCode = 1;
} finally {
  if (!values.json) process.stderr.write('\n');
  await rm(directory, { recursive: true, force: true });
}

const sum = (of: (round: CrashRound) => number) => rounds.reduce((all, round) => all + of(round), 0);
printReport(
  {
    bench: 'crash',
    setting: [
      `a process that ingests five documents a call was killed ${rounds.length} times; the folder was kept throughout`,
      'looked at before anything resumes (half-visible) and once the jobs have finished (lost)',
    ],
    figures: [
      { name: 'kills', value: rounds.length, unit: '', atLeast: total },
      {
        name: 'kills that found documents waiting',
        value: sum(({ waiting }) => Math.min(1, waiting)),
        unit: '',
      },
      { name: 'documents acknowledged', value: rounds.at(-1)?.acknowledged ?? 0, unit: '' },
      { name: 'acknowledged documents lost', value: sum(({ lost }) => lost.length), unit: '', atMost: 0 },
      {
        name: 'documents visible by half',
        value: sum(({ halfVisible }) => halfVisible.length),
        unit: '',
        atMost: 0,
      },
      {
        name: 'jobs that did not finish',
        value: sum(({ unfinished }) => unfinished.length),
        unit: '',
        atMost: 0,
      },
    ],
  },
  values,
);
