#!/usr/bin/env node
/** The command line of Trellis: starts the server, and talks to a running one. */

import { Command, InvalidArgumentError } from 'commander';
import { type Client, createClient } from './cli/client.ts';
import { describeFailure, exitCodeOf } from './cli/exit.ts';
import { findFiles } from './cli/files.ts';
import { ingest } from './cli/ingest.ts';
import { move, readDestination } from './cli/move.ts';
import { createProgress } from './cli/progress.ts';
import { ask, search } from './cli/search.ts';
import { start } from './cli/start.ts';
import { createDevelopmentToken, readScopes } from './cli/token.ts';
import { keysDirectory } from './parts/tokens.ts';
import { readConfig } from './platform/config.ts';
import { PART_NAMES } from './platform/part.ts';
import { readParts } from './platform/placement.ts';

const program = new Command('trellis')
  .description('Graph-RAG server with a federated GraphQL API')
  .option('--url <url>', 'where Trellis runs', process.env.TRELLIS_URL ?? 'http://127.0.0.1:4000')
  .option(
    '--token <token>',
    'bearer token; by default one from the local signing key',
    process.env.TRELLIS_TOKEN,
  )
  .showHelpAfterError('(see trellis --help)');

program
  .command('start')
  .description('start the server, data in TRELLIS_DATA_DIR')
  .argument('[parts...]', `which parts, of ${PART_NAMES.join(', ')}; by default all of them in one process`)
  .action((parts: string[]) => start(readConfig(process.env), readParts(parts)));

program
  .command('token')
  .description('print a development token from the local signing key')
  .option('--scope <scopes>', 'scopes, separated by spaces; by default all of them', readScopes)
  .option('--tenant <tenant>', 'tenant of the token', 'default')
  .option('--hours <hours>', 'how long it is valid', positiveInteger, 12)
  .action(async (options) => print(await createDevelopmentToken(ownKeys(), options)));

program
  .command('ingest')
  .description('hand files and folders over and wait until they are indexed')
  .argument('<files...>')
  .requiredOption('--collection <name>', 'collection to put them in; created if absent')
  .option('--json', 'print a summary as JSON', false)
  .action(async (paths: string[], options: { collection: string; json: boolean }) => {
    const files = await findFiles(paths);
    const progress = createProgress('Ingesting');
    const summary = await ingest(await connect(), files, { collection: options.collection, progress });
    if (options.json) print(JSON.stringify(summary, null, 2));
    else printSummary(summary);
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

program
  .command('move')
  .description('carry all data onto other engines: from the settings in the environment to those in a file')
  .requiredOption('--to <file>', 'file with the TRELLIS_ settings of the destination')
  .option('--json', 'print a report as JSON', false)
  .action(async ({ to, json }: { to: string; json: boolean }) => {
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    const report = await move(readConfig(process.env), await readDestination(to), {
      progress: createProgress('Moving'),
      signal: stopping.signal,
    });
    if (json) print(JSON.stringify(report, null, 2));
    else printMove(report);
    if (report.differences.length > 0) process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

/** A client with the given token, or with one made from the local signing key. */
async function connect(): Promise<Client> {
  const { url, token } = program.opts<{ url: string; token?: string }>();
  return createClient({ url, token: token ?? (await createDevelopmentToken(ownKeys(), {})) });
}

function ownKeys(): string {
  return keysDirectory(readConfig(process.env));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function printSummary({ files, documents, unchanged, failures }: Awaited<ReturnType<typeof ingest>>): void {
  print(
    `${documents} documents from ${files} files, ${unchanged} of them unchanged, ${failures.length} failed`,
  );
  for (const { document, message } of failures) process.stderr.write(`${document}: ${message}\n`);
}

function printMove({ nodes, resumed, differences }: Awaited<ReturnType<typeof move>>): void {
  const counts = Object.entries(nodes).filter(([, count]) => count > 0);
  print(
    `Moved${resumed ? ', taking up an earlier move' : ''}: ${counts.map(([label, count]) => `${count} ${label}`).join(', ')}`,
  );
  for (const { what, from, to } of differences)
    process.stderr.write(
      `${what} differs: ${from.count} (${from.checksum.slice(0, 12)}) against ${to.count} (${to.checksum.slice(0, 12)})\n`,
    );
  print(
    differences.length === 0 ? 'Both sides hold the same.' : 'Keep using the source, and see what differs.',
  );
}

function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}
