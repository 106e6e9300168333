/** `trellis start`: the whole system in this process, or some of its parts, and what a newcomer needs to go on. */

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, createApp, VERSION } from '../app.ts';
import { keysDirectory } from '../parts/tokens.ts';
import type { Config } from '../platform/config.ts';
import type { PartName } from '../platform/part.ts';
import { ALL_PARTS } from '../platform/placement.ts';
import { createClient } from './client.ts';
import { findFiles } from './files.ts';
import { ingest } from './ingest.ts';
import { createProgress } from './progress.ts';
import { search } from './search.ts';
import { createDevelopmentToken } from './token.ts';

const SAMPLES = fileURLToPath(new URL('../samples/documents', import.meta.url));
const SAMPLE_COLLECTION = 'samples';
const SAMPLE_QUESTION = 'Who taught the mathematician who solved the Seven Bridges of Königsberg?';

/** Starts these parts and says where they are; with all of them, what there is to do next. */
export async function start(config: Config, parts: ReadonlySet<PartName>): Promise<void> {
  const isFirst = !(await exists(join(config.DATA_DIR, 'graph')));
  const app = createApp(config, { parts });
  await mkdir(config.DATA_DIR, { recursive: true });
  const isWhole = parts.size === ALL_PARTS.size;
  const what = isWhole ? 'Trellis' : [...parts].join(', ');
  say(`Trellis ${VERSION}: ${what} starts with data in ${config.DATA_DIR}`);
  closeOnSignals(app);
  await startOrClose(app);
  await sayWhatRuns(app);
  if (config.MODE === 'production' || !isWhole) return;
  const token = await createDevelopmentToken(keysDirectory(config), {});
  if (isFirst && config.SAMPLES) await loadSamples(app, token);
  sayWhereToGo(app, token);
  if (config.SAMPLES) await showQuery(app, token);
  say('Stop it with Ctrl-C.');
}

/** What was opened before the failure would keep the process. */
async function startOrClose(app: App): Promise<void> {
  try {
    await app.start();
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The first signal lets what is under way finish; a second one ends at once. */
function closeOnSignals(app: App): void {
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(1);
      closing = true;
      say('\nTrellis stops; what was acknowledged is on disk.');
      void app.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

async function sayWhatRuns(app: App): Promise<void> {
  const { components } = await app.health.report();
  for (const { name, engine, state } of components) say(`  ${name.padEnd(9)} ${state.padEnd(8)} ${engine}`);
  say(`  listening on ${app.url()}`);
}

async function loadSamples(app: App, token: string): Promise<void> {
  const progress = createProgress('Loading the samples', process.stdout);
  const files = (await findFiles([SAMPLES])).map((file) => ({
    ...file,
    key: file.path.slice(SAMPLES.length + 1),
  }));
  const summary = await ingest(createClient({ url: app.url(), token }), files, {
    collection: SAMPLE_COLLECTION,
    progress,
  });
  say(`  ${summary.documents} documents in the collection "${SAMPLE_COLLECTION}"`);
  for (const { document, message } of summary.failures) say(`  ${document}: ${message}`);
}

function sayWhereToGo(app: App, token: string): void {
  const url = app.url();
  say(`
  GraphQL    ${url}/graphql
  Sandbox    ${url}/
  GraphiQL   ${url}/graphiql#token=${token}

A token for development, valid for 12 hours (npx trellis token makes another):

${token}
`);
}

/** The query to paste, and what it gives. */
async function showQuery(app: App, token: string): Promise<void> {
  const query = `{ search(query: ${JSON.stringify(SAMPLE_QUESTION)}, first: 2) { hits { score chunk { text document { title } } } } }`;
  say(`A query to paste:

curl -s ${app.url()}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '${JSON.stringify({ query })}'

and what it finds (npx trellis search "…" prints the same):
`);
  const client = createClient({ url: app.url(), token });
  say(await search(client, SAMPLE_QUESTION, { first: 2, json: false }));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
