/** The commands about archived documents: their options, and what each prints. */

import { type Command, Option } from 'commander';
import { badInput, Problem } from '../platform/errors.ts';
import type { ArchivesWanted, ArchivingReport } from './archives.ts';
import type { Client } from './client.ts';
import { requireYes } from './require-yes.ts';
import { stopRequested } from './stop-requested.ts';

type Connect = (signal?: AbortSignal) => Promise<Client>;
type Json = { readonly json: boolean };

export function addArchiveCommands(program: Command, connect: Connect): void {
  const archives = program.command('archive').description('archived documents; lists them by itself');

  wanted(archives.command('list', { isDefault: true }))
    .description('all archives, the oldest first')
    .option('--json', 'print them as JSON', false)
    .action(async (options: ArchivesWanted & Json) => {
      const { describeArchives, listArchives } = await import('./archives.ts');
      const found = await listArchives(await connect(), options);
      print(options.json ? JSON.stringify(found, null, 2) : describeArchives(found));
    });

  archives
    .command('put')
    .description('seal documents into the backup target and take them out of the graph and every index')
    .argument('<ids...>', 'ids of documents')
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'print a report as JSON', false)
    .action(async (ids: readonly string[], options: { reason: string } & Json) => {
      const { archive } = await import('./archives.ts');
      await tell('archived', await archive(await connect(stopRequested()), ids, options.reason), options);
    });

  wanted(archives.command('bring-back'))
    .description('ingest archived documents again as they were')
    .argument('[ids...]', 'ids of archives')
    .option('--all', 'all of them, or of the collection', false)
    .option('--json', 'print a report as JSON', false)
    .action(async (ids: readonly string[], options: ArchivesWanted & { all: boolean } & Json) => {
      const { bringBack } = await import('./archives.ts');
      requireSome(ids, options);
      const client = await connect(stopRequested());
      const some = options.all ? await idsOf(client, { ...options, state: 'archived' }) : ids;
      await tell('coming back', await bringBack(client, some), options);
    });

  wanted(archives.command('rewrap'))
    .description('wrap the keys of archives by the key of now, so that an earlier one can be retired')
    .argument('[ids...]', 'ids of archives')
    .option('--all', 'all of them, or of the collection', false)
    .option('--json', 'print a report as JSON', false)
    .action(async (ids: readonly string[], options: ArchivesWanted & { all: boolean } & Json) => {
      const { rewrapArchives } = await import('./archives.ts');
      requireSome(ids, options);
      const client = await connect(stopRequested());
      const some = options.all ? await idsOf(client, options) : ids;
      await tell('under the current key', await rewrapArchives(client, some), options);
    });

  archives
    .command('delete')
    .description('delete archives for good')
    .argument('<ids...>', 'ids of archives')
    .option('--yes', 'do not ask', false)
    .action(async (ids: readonly string[], { yes }: { yes: boolean }) => {
      const { deleteArchives } = await import('./archives.ts');
      await requireYes(`${archivesOf(ids)} will be gone for good.`, { yes });
      const gone = await deleteArchives(await connect(), ids);
      print(`Gone: ${archivesOf(gone)}.`);
      const missing = ids.filter((id) => !gone.includes(id));
      if (missing.length === 0) return;
      throw new Problem(
        'NOT_FOUND',
        `There is no archive ${missing.join(', ')}. "trellis archive" lists them.`,
      );
    });
}

/** A script whose list has come out empty is to hear of it. */
function requireSome(ids: readonly string[], { all }: { readonly all: boolean }): void {
  if (all === ids.length > 0) throw badInput('ids', 'or --all are needed, and not both.');
}

function wanted(command: Command): Command {
  return command
    .option('--collection <name>', 'only those of this collection')
    .addOption(
      new Option('--state <state>', 'only those in this state').choices([
        'archived',
        'bringing-back',
        'brought-back',
      ]),
    );
}

async function idsOf(client: Client, options: ArchivesWanted): Promise<readonly string[]> {
  const { listArchives } = await import('./archives.ts');
  return (await listArchives(client, options)).map(({ id }) => id);
}

/** Exit code 1 where something was refused. */
async function tell(what: string, report: ArchivingReport, { json }: Json): Promise<void> {
  const { describeArchiving } = await import('./archives.ts');
  print(json ? JSON.stringify(report, null, 2) : describeArchiving(what, report));
  if (report.refused.length > 0) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function archivesOf({ length }: readonly string[]): string {
  return length === 1 ? '1 archive' : `${length} archives`;
}
