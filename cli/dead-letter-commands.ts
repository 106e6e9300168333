/** The commands about dead letters: their options, and what each prints. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { PROBLEMS } from '../platform/errors.ts';
import type { Client } from './client.ts';
import type { LetterFilter, LettersDone } from './dead-letters.ts';
import { requireYes } from './require-yes.ts';
import { stopRequested } from './stop-requested.ts';

type Connect = (signal?: AbortSignal) => Promise<Client>;
type Json = { readonly json: boolean };

const STEPS = ['parse', 'chunk', 'extract', 'resolve', 'embed', 'write'];

export function addDeadLetterCommands(program: Command, connect: Connect): void {
  const letters = program
    .command('dead-letters')
    .description('documents that could not be indexed; lists them by itself');

  filtered(letters.command('list', { isDefault: true }))
    .description('all of them, with what is wrong')
    .action(async (options: LetterFilter & Json) => {
      const { describeDeadLetters, listDeadLetters } = await import('./dead-letters.ts');
      const found = await listDeadLetters(await connect(), options);
      print(options.json ? JSON.stringify(found, null, 2) : describeDeadLetters(found));
    });

  filtered(letters.command('replay'))
    .description('submit them again as they were, once the reason is gone')
    .argument('[ids...]', 'which; without any, all that the options take in')
    .action(async (ids: readonly string[], options: LetterFilter & Json) => {
      const { settleDeadLetters } = await import('./dead-letters.ts');
      const client = await connect(stopRequested());
      await tell(
        'submitted again',
        await settleDeadLetters(client, 'replay', { ids, filter: options }),
        options,
      );
    });

  filtered(letters.command('discard'))
    .description('remove them for good, with their raw bytes')
    .argument('[ids...]', 'which; without any, all that the options take in')
    .option('--yes', 'do not ask', false)
    .action(async (ids: readonly string[], options: LetterFilter & Json & { yes: boolean }) => {
      const { settleDeadLetters } = await import('./dead-letters.ts');
      const what =
        ids.length === 0 ? 'All dead letters that the options take in' : `${ids.length} dead letters`;
      await requireYes(`${what} will be gone for good.`, options);
      await tell(
        'gone',
        await settleDeadLetters(await connect(), 'discard', { ids, filter: options }),
        options,
      );
    });
}

function filtered(command: Command): Command {
  return command
    .option('--collection <name>', 'only those of this collection')
    .option('--job <id>', 'only those of this job')
    .addOption(new Option('--step <step>', 'only those that failed there').choices(STEPS))
    .option('--code <code>', 'only those with this problem, such as UNAVAILABLE', readCode)
    .option('--json', 'print a report as JSON', false);
}

/** A code that is mistyped would be one that no letter has. */
function readCode(text: string): string {
  const code = text.toUpperCase();
  if (code in PROBLEMS) return code;
  throw new InvalidArgumentError(`There is no such code. There are: ${Object.keys(PROBLEMS).join(' ')}`);
}

/** Exit code 1 where something was refused. */
async function tell(what: string, done: LettersDone, { json }: Json): Promise<void> {
  const { describeLettersDone } = await import('./dead-letters.ts');
  print(json ? JSON.stringify(done, null, 2) : describeLettersDone(what, done));
  if (done.refused.length > 0) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
