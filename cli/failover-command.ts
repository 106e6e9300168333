/** The command about the graph's standby: its options, and what it prints. */

import { type Command, Option } from 'commander';
import { badInput } from '../platform/errors.ts';
import type { Client } from './client.ts';
import { createProgress } from './progress.ts';
import { requireYes } from './require-yes.ts';
import { stopRequested } from './stop-requested.ts';

interface FailoverOptions {
  readonly promote?: true;
  readonly reseed?: true;
  readonly force: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

export function addFailoverCommand(
  program: Command,
  connect: (signal?: AbortSignal) => Promise<Client>,
): void {
  program
    .command('failover')
    .description('tell how the graph’s two servers are, promote the standby, or fill it')
    .option('--status', 'only say how they are; so it is without an option')
    .addOption(
      new Option(
        '--promote',
        'make the standby the primary; they change places where both are well',
      ).conflicts(['reseed', 'status']),
    )
    .addOption(new Option('--reseed', 'fill the standby anew, while writes wait').conflicts('status'))
    .option('--force', 'with --promote: also where acknowledged writes are lost', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'print the servers as JSON', false)
    .action(async (options: FailoverOptions) => {
      const { describeFailover, failover, requireFilled } = await import('./failover.ts');
      const signal = stopRequested();
      await confirm(options);
      const action = options.promote
        ? ({ kind: 'promote', force: options.force } as const)
        : ({ kind: options.reseed ? 'reseed' : 'status' } as const);
      const progress = createProgress('Filling');
      const report = await failover(await connect(signal), action, { progress, signal });
      const text = options.json ? JSON.stringify(report, null, 2) : describeFailover(report);
      process.stdout.write(`${text}\n`);
      if (action.kind === 'reseed') requireFilled(report);
    });
}

async function confirm({ promote, reseed, force, yes }: FailoverOptions): Promise<void> {
  if (force && !promote) throw badInput('--force', 'goes with --promote.');
  if (promote && force)
    await requireYes(
      'Writes that the standby lacks are lost for good, and the old primary has to be switched off by now.',
      { yes },
    );
  if (reseed)
    await requireYes('What the standby holds is given up, and writes wait until it is filled.', { yes });
}
