#!/usr/bin/env node
/** The command line of Trellis: starts the server, and talks to a running one. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { addArchiveCommands } from './cli/archive-commands.ts';
import { addBackupCommands } from './cli/backup-commands.ts';
import { type Client, createClient } from './cli/client.ts';
import { runCheck } from './cli/consistency.ts';
import { addDeadLetterCommands } from './cli/dead-letter-commands.ts';
import { examine } from './cli/doctor.ts';
import { describeFailure, exitCodeOf } from './cli/exit.ts';
import { addFailoverCommand } from './cli/failover-command.ts';
import { findFiles } from './cli/files.ts';
import { explain } from './cli/help.ts';
import { ingest } from './cli/ingest.ts';
import { describeSummary } from './cli/ingest-summary.ts';
import { createKey, listKeys, revokeKey, rotateKey } from './cli/keys.ts';
import { describeMigrations, type MigrateOptions, migrate } from './cli/migrate.ts';
import { readPassword } from './cli/password.ts';
import { createProgress } from './cli/progress.ts';
import { describeReembedding, reembed } from './cli/reembed.ts';
import { requireYes } from './cli/require-yes.ts';
import { ask, search } from './cli/search.ts';
import { stopRequested } from './cli/stop-requested.ts';
import { createDevelopmentToken, readScopes } from './cli/token.ts';
import type { UserOptions } from './cli/users.ts';
import { keysDirectory } from './parts/tokens.ts';
import { readConfig } from './platform/config.ts';
import { PART_NAMES } from './platform/part.ts';
import { readParts } from './platform/placement.ts';
import { openSecrets, readWholeConfig } from './platform/secrets/open-secrets.ts';
import { readClientSettings } from './platform/settings/client-settings.ts';
import { VERSION } from './platform/version.ts';

// Whoever reads the output may stop early, as `head` does; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const program = new Command('trellis')
  .description('Graph-RAG server with a federated GraphQL API')
  .version(VERSION)
  .option('--url <url>', 'where Trellis runs; by default TRELLIS_URL, or this machine')
  .option('--token <token>', 'bearer token; by default TRELLIS_TOKEN, or one from the local signing key')
  .exitOverride();

program
  .command('start')
  .description('start the server, data in TRELLIS_DATA_DIR')
  .argument('[parts...]', `which parts, of ${PART_NAMES.join(', ')}; by default all of them in one process`)
  .action(async (names: string[]) => {
    const parts = readParts(names);
    const secrets = await openSecrets(process.env);
    // Loaded here alone: most other commands are clients and need none of the engines.
    const { start } = await import('./cli/start.ts');
    await start(readConfig(secrets.environment), parts, secrets);
  });

program
  .command('token')
  .description('print a development token from the local signing key')
  .option('--scope <scopes>', 'scopes, separated by spaces; by default all of them', readScopes)
  .option('--tenant <tenant>', 'tenant of the token', 'default')
  .option('--hours <hours>', 'how long it is valid', positiveInteger, 12)
  .action(async (options) => print(await createDevelopmentToken(ownKeys(), options)));

program
  .command('ingest')
  .description('hand files and folders over and wait until they are indexed; run again, it goes on')
  .argument('<files...>')
  .requiredOption('--collection <name>', 'collection to put them in; created if absent')
  .option('--json', 'print a summary as JSON', false)
  .action(async (paths: string[], options: { collection: string; json: boolean }) => {
    const files = await findFiles(paths);
    const stop = stopRequested();
    const summary = await ingest(await connect(stop), files, {
      collection: options.collection,
      progress: createProgress('Ingesting'),
      signal: stop,
    });
    print(options.json ? JSON.stringify(summary, null, 2) : describeSummary(summary));
    for (const { document, message } of summary.failures) process.stderr.write(`${document}: ${message}\n`);
    if (summary.failures.length > 0) process.exitCode = 1;
  });

program
  .command('search')
  .description('find passages, each with its score and the reasons for it')
  .argument('<query>')
  .option('--collection <name>', 'search only there')
  .option('--first <count>', 'how many passages, 1 to 100', positiveInteger, 5)
  .option('--json', 'print the result as JSON', false)
  .action(async (query: string, options) => print(await search(await connect(), query, options)));

program
  .command('ask')
  .description('answer a question with citations')
  .argument('<question>')
  .option('--collection <name>', 'look only there')
  .option('--json', 'print the answer as JSON', false)
  .action(async (question: string, options) => print(await ask(await connect(), question, options)));

const key = program.command('key').description('API keys of a running server');

key
  .command('create')
  .description('make a key and print its secret, which is shown this once')
  .requiredOption('--name <name>', 'what it is for')
  .requiredOption('--scope <scopes>', 'what it may do, separated by spaces', readScopes)
  .option('--collection <names...>', 'collections that it is bound to; by default every one')
  .option('--days <days>', 'how long it is valid; by default for ever', positiveInteger)
  .option('--requests-per-minute <count>', 'requests that it may make', positiveInteger)
  .option('--cost-per-minute <points>', 'points that it may spend', positiveInteger)
  .option('--test', 'for servers in development alone', false)
  .option('--json', 'print key and secret as JSON', false)
  .action(async (options) => print(await createKey(await connect(), options)));

key
  .command('list')
  .description('all keys of the tenant')
  .option('--json', 'print them as JSON', false)
  .action(async (options) => print(await listKeys(await connect(), options)));

key
  .command('rotate')
  .description('give a key a new secret and print it; the former is taken for a grace more')
  .argument('<id>')
  .option('--grace-seconds <seconds>', 'how long the former secret is taken, 0 to 604800', wholeNumber, 3_600)
  .option('--json', 'print key and secret as JSON', false)
  .action(async (id: string, options) => print(await rotateKey(await connect(), id, options)));

key
  .command('revoke')
  .description('end a key for good')
  .argument('<id>')
  .option('--json', 'print the key as JSON', false)
  .action(async (id: string, options) => print(await revokeKey(await connect(), id, options)));

program
  .command('bootstrap')
  .description(
    'make the first administrator, on the machine of a server that has no users; asks for a password',
  )
  .requiredOption('--name <name>', 'what the administrator signs in with')
  .option('--tenant <tenant>', 'tenant of the administrator', 'default')
  .action(async (options: UserOptions) => {
    const { bootstrap, bootstrapSecret } = await import('./cli/users.ts');
    const secret = await bootstrapSecret(readConfig(process.env));
    const password = await readPassword('Password of 12 characters or more: ');
    print(await bootstrap(connectWithoutToken(), { ...options, secret, password }));
  });

program
  .command('sign-in')
  .description('print an access token of a user; asks for the password')
  .requiredOption('--name <name>', 'name of the user')
  .option('--tenant <tenant>', 'tenant of the user', 'default')
  .option('--json', 'print the refresh token and when each ends as well, as JSON', false)
  .action(async ({ json, tenant, name }: UserOptions & { json: boolean }) => {
    const { signIn } = await import('./cli/users.ts');
    const password = await readPassword('Password: ');
    print(await signIn(connectWithoutToken(), { tenant, name, password }, { json }));
  });

program
  .command('doctor')
  .description(
    'ask a running server how its parts are, whether its audit log is whole, and whether its stores agree; exit code 1 where something is not as it should be',
  )
  .option('--check', 'check first that the stores agree, and wait for it')
  .addOption(new Option('--repair', 'check, and mend what differs from the graph').conflicts('check'))
  .option('--yes', 'do not ask', false)
  .option('--json', 'print what was found as JSON', false)
  .action(async (options: { json: boolean; yes: boolean; check?: true; repair?: true }) => {
    const signal = stopRequested();
    const client = await connect(signal);
    const repairs = options.repair === true;
    if (repairs)
      await requireYes('What the graph does not know will be deleted from the other stores.', options);
    if (repairs || options.check)
      await runCheck(client, { repairs, progress: createProgress('Checking'), signal });
    const { text, isWell } = await examine(client, options);
    print(text);
    if (!isWell) process.exitCode = 1;
  });

program
  .command('reembed')
  .description('move all vectors to the configured embedder while the server goes on, and wait for it')
  .addOption(new Option('--confirm', 'drop the old index, for good').conflicts(['revert', 'status']))
  .addOption(new Option('--revert', 'give up, or go back to the old index').conflicts('status'))
  .option('--status', 'only say how far the last one is')
  .option('--json', 'print a report as JSON', false)
  .action(async ({ json, ...asked }: { json: boolean; confirm?: true; revert?: true; status?: true }) => {
    const [action = 'begin'] = (['confirm', 'revert', 'status'] as const).filter((name) => asked[name]);
    const signal = stopRequested();
    const report = await reembed(await connect(signal), action, {
      progress: createProgress('Re-embedding'),
      signal,
    });
    print(json ? JSON.stringify(report, null, 2) : describeReembedding(report));
  });

program
  .command('migrate')
  .description(
    'make the changes of stored data that this version brings, while the server goes on, and wait for them',
  )
  .option('--plan', 'only say which there are, and how far they are')
  .option('--status', 'the same as --plan')
  .addOption(
    new Option('--revert <number>', 'take back those behind this number; 0 for all of them')
      .argParser(wholeNumber)
      .conflicts(['plan', 'status', 'to']),
  )
  .option('--to <number>', 'the last one to make', positiveInteger)
  .option('--json', 'print all of them as JSON', false)
  .action(
    async ({ plan, status, revert, to, json }: MigrateOptions) => {
      const signal = stopRequested();
      const action =
        plan || status
          ? ({ kind: 'plan' } as const)
          : revert === undefined
            ? ({ kind: 'run', ...(to === undefined ? {} : { to }) } as const)
            : ({ kind: 'revert', to: revert } as const);
      const migrations = await migrate(await connect(signal), action, {
        progress: createProgress('Migrating'),
        signal,
      });
      print(json ? JSON.stringify(migrations, null, 2) : describeMigrations(migrations));
    },
  );

program
  .command('move')
  .description('carry all data onto other engines: from the settings in the environment to those in a file')
  .requiredOption('--to <file>', 'file with the TRELLIS_ settings of the destination')
  .option('--json', 'print a report as JSON', false)
  .action(async ({ to, json }: { to: string; json: boolean }) => {
    const { describeMove, move, readDestination } = await import('./cli/move.ts');
    const from = await readWholeConfig(process.env);
    const report = await move(from, await readDestination(to), {
      progress: createProgress('Moving'),
      signal: stopRequested(),
    });
    print(json ? JSON.stringify(report, null, 2) : describeMove(report));
    if (report.differences.length > 0) process.exitCode = 1;
  });

addArchiveCommands(program, connect);
addDeadLetterCommands(program, connect);
addBackupCommands(program, connect, process.env);
addFailoverCommand(program, connect);
explain(program);

try {
  await program.parseAsync();
} catch (error) {
  const said = describeFailure(error);
  if (said !== '') process.stderr.write(`${said}\n`);
  process.exitCode = exitCodeOf(error);
}

/** A client with the given token, or with one made from the local signing key. */
async function connect(signal?: AbortSignal): Promise<Client> {
  const given = program.opts<{ url?: string; token?: string }>();
  const settings = readClientSettings(process.env);
  const token = given.token ?? settings.token ?? (await createDevelopmentToken(ownKeys(), {}));
  return createClient({ url: given.url ?? settings.url, token, signal });
}

function connectWithoutToken(): Client {
  const { url } = program.opts<{ url?: string }>();
  return createClient({ url: url ?? readClientSettings(process.env).url, token: null });
}

function ownKeys(): string {
  return keysDirectory(readConfig(process.env));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function positiveInteger(text: string): number {
  return wholeNumber(text, undefined, 1);
}

function wholeNumber(text: string, _previous?: unknown, least = 0): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  return number;
}
