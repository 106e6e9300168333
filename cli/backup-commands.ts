/** The commands about backups: their options, and what each prints. */

import { type Command, Option } from 'commander';
import { type Environment, readConfig } from '../platform/config.ts';
import { badInput } from '../platform/errors.ts';
import { openSecrets } from '../platform/secrets/open-secrets.ts';
import type { BackupReport } from './backups.ts';
import type { Client } from './client.ts';
import { createProgress } from './progress.ts';
import { requireYes } from './require-yes.ts';
import type { RestoreOptions } from './restore-command.ts';
import type { RunningRestoreOptions } from './running-restores.ts';
import { stopRequested } from './stop-requested.ts';

type Connect = (signal?: AbortSignal) => Promise<Client>;

/** `environment`: where the settings are. */
export function addBackupCommands(program: Command, connect: Connect, environment: Environment): void {
  addBackup(program, connect);
  addBackups(program, connect, environment);
  addRestore(program, connect, environment);
}

function addBackup(program: Command, connect: Connect): void {
  program
    .command('backup')
    .description('back a running server up while it goes on, and wait for it')
    .addOption(
      new Option('--scope <scope>', 'how much')
        .choices(['installation', 'tenant', 'collection'])
        .default('installation'),
    )
    .option('--collection <name>', 'which one, with --scope collection')
    .option('--verify', 'restore it on trial afterwards', false)
    .option('--json', 'print a report as JSON', false)
    .action(async (options: { scope: string; collection?: string; verify: boolean; json: boolean }) => {
      if (options.collection !== undefined && options.scope !== 'collection')
        throw badInput('--collection', 'goes with --scope collection.');
      const { backUp, verifyBackup } = await import('./backups.ts');
      const signal = stopRequested();
      const client = await connect(signal);
      const made = await backUp(client, options, { progress: createProgress('Backing up'), signal });
      const isProving = options.verify && made.state === 'SUCCEEDED';
      await tellBackup(
        isProving
          ? await verifyBackup(client, made.id, 'restore', { progress: createProgress('Verifying'), signal })
          : made,
        options,
      );
    });
}

function addBackups(program: Command, connect: Connect, environment: Environment): void {
  const backups = program
    .command('backups')
    .description('backups of a running server; lists them by itself, with --offline also where none runs');

  backups
    .command('list', { isDefault: true })
    .description('all backups, the newest first, and how far each is proven')
    .option('--offline', 'where no server answers: read them with the settings of this machine', false)
    .option('--json', 'print them as JSON', false)
    .action(async ({ json, offline }: { json: boolean; offline: boolean }) => {
      const { describeBackups, listBackups } = await import('./backups.ts');
      const found = offline ? await readOffline(environment) : await listBackups(await connect());
      print(json ? JSON.stringify(found, null, 2) : describeBackups(found));
    });

  backups
    .command('verify')
    .description('prove a backup: by its hashes, or by restoring it on trial')
    .argument('<id>')
    .addOption(
      new Option('--level <level>', 'how thoroughly').choices(['hashes', 'restore']).default('restore'),
    )
    .option('--json', 'print a report as JSON', false)
    .action(async (id: string, options: { level: string; json: boolean }) => {
      const { verifyBackup } = await import('./backups.ts');
      const signal = stopRequested();
      const watching = { progress: createProgress('Verifying'), signal };
      await tellBackup(await verifyBackup(await connect(signal), id, options.level, watching), options);
    });

  backups
    .command('rewrap')
    .description('wrap the keys of backups by the key of now, so that an earlier one can be retired')
    .argument('[id]', 'the backup, as "trellis backups" lists it')
    .option('--all', 'every one that there is, also what failed ones have left', false)
    .option('--yes', 'do not ask', false)
    .option('--json', 'print a report as JSON', false)
    .action(async (id: string | undefined, options: { all: boolean; yes: boolean; json: boolean }) => {
      const { describeRewrapped, listBackups, rewrapBackups } = await import('./backups.ts');
      if (options.all === (id !== undefined)) throw badInput('id', 'or --all is needed, and not both.');
      const signal = stopRequested();
      const client = await connect(signal);
      const ids = id === undefined ? (await listBackups(client)).map((backup) => backup.id) : [id];
      await requireYes(
        `The keys of ${ids.length} backups will be wrapped by the current key alone.`,
        options,
      );
      const done = await rewrapBackups(client, ids, { progress: createProgress('Rewrapping'), signal });
      print(options.json ? JSON.stringify(done, null, 2) : describeRewrapped(done));
      if (done.some(({ problem }) => problem !== null)) process.exitCode = 1;
    });

  backups
    .command('delete')
    .description('remove a backup for good; what later ones reuse of it stays')
    .argument('<id>')
    .option('--yes', 'do not ask', false)
    .action(async (id: string, { yes }: { yes: boolean }) => {
      const { deleteBackup } = await import('./backups.ts');
      await requireYes(`The backup ${id} will be gone for good.`, { yes });
      await deleteBackup(await connect(), id);
      print(`The backup ${id} is gone.`);
    });
}

async function readOffline(environment: Environment): Promise<readonly BackupReport[]> {
  const { listOffline } = await import('./backups-offline.ts');
  const secrets = await openSecrets(environment);
  try {
    return await listOffline(readConfig(secrets.environment), secrets, stopRequested());
  } finally {
    await secrets.close();
  }
}

function addRestore(program: Command, connect: Connect, environment: Environment): void {
  program
    .command('restore')
    .description(
      'restore a backup, with the server stopped or into one that runs; what was there is kept until --confirm',
    )
    .argument('[id]', 'the backup, as "trellis backups" lists it')
    .option('--to <file>', 'file with the TRELLIS_ settings of empty engines to restore into')
    .addOption(
      new Option('--into-running', 'into the server that runs, by a key with admin:backups').conflicts('to'),
    )
    .option('--tenant <tenant>', 'only this tenant')
    .option('--collection <name>', 'only this collection of the tenant')
    .option('--replace', 'with --into-running: delete documents of it that came after the backup')
    .option('--access', 'with --into-running --tenant: also users, roles and keys that are missing')
    .addOption(
      new Option('--confirm', 'drop what was there before the last restore').conflicts(['revert', 'to']),
    )
    .addOption(new Option('--revert', 'go back to what was there before the last restore').conflicts('to'))
    .addOption(
      new Option('--cancel', 'with --into-running: drop the one that is under way or stands ready').conflicts(
        ['confirm', 'revert'],
      ),
    )
    .addOption(
      new Option('--status', 'with --into-running: only say how each is').conflicts([
        'cancel',
        'confirm',
        'revert',
      ]),
    )
    .option('--yes', 'do not ask', false)
    .option('--json', 'print a report as JSON', false)
    .action(async (id: string | undefined, { intoRunning, ...options }: RestoreOptions & Into) => {
      if (id !== undefined) refuseId(options);
      if (intoRunning)
        return options.status ? tellRestores(connect, options) : restoreRunning(connect, id, options);
      const { runRestore } = await import('./restore-command.ts');
      const secrets = await openSecrets(environment);
      try {
        print(await runRestore(readConfig(secrets.environment), id, options, secrets));
      } finally {
        await secrets.close();
      }
    });
}

interface Into extends RunningRestoreOptions {
  readonly intoRunning?: true;
  readonly status?: true;
}

/** Nobody is to believe that it was this one, which it may not be. */
function refuseId(options: Into): void {
  const named = (['cancel', 'confirm', 'revert', 'status'] as const).find((name) => options[name]);
  if (named !== undefined)
    throw badInput('id', `is not for --${named}, which is of the last restore. Leave it out.`);
}

async function tellRestores(connect: Connect, { json }: { readonly json: boolean }): Promise<void> {
  const { describeRestores, listRestores } = await import('./running-restores.ts');
  const found = await listRestores(await connect());
  print(json ? JSON.stringify(found, null, 2) : describeRestores(found));
}

async function restoreRunning(
  connect: Connect,
  id: string | undefined,
  options: RunningRestoreOptions & { readonly json: boolean },
): Promise<void> {
  const { describeRunningRestore, isAsAsked, restoreIntoRunning } = await import('./running-restores.ts');
  const signal = stopRequested();
  const watching = { progress: createProgress('Restoring'), signal };
  const restore = await restoreIntoRunning(await connect(signal), id, options, watching);
  print(options.json ? JSON.stringify(restore, null, 2) : describeRunningRestore(restore));
  if (!isAsAsked(restore, options)) process.exitCode = 1;
}

/** Exit code 1 where it is not what was asked for. */
async function tellBackup(report: BackupReport, { json }: { readonly json: boolean }): Promise<void> {
  const { describeBackup, isGood } = await import('./backups.ts');
  print(json ? JSON.stringify(report, null, 2) : describeBackup(report));
  if (!isGood(report)) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
