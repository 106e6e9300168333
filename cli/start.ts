/** `trellis start`: the whole system in this process, and what a newcomer needs to go on. */

import { join, resolve } from 'node:path';
import type { App } from '../app.ts';
import type { Config } from '../platform/config.ts';
import { VERSION } from '../platform/version.ts';
import { prepareDataFolder } from './data-folder.ts';
import { loadSamples, samplesAreOwed } from './samples.ts';
import { stopRequested } from './stop-requested.ts';
import { createDevelopmentToken } from './token.ts';
import { sayWhatRuns, sayWhereItIs, showQuery } from './welcome.ts';

/** Runs until it is asked to stop. Rejects with the problem that keeps it from starting. */
export async function start(config: Config): Promise<void> {
  say(`Trellis ${VERSION} starts with its data in ${resolve(config.DATA_DIR)}`);
  const stop = stopRequested();
  stop.addEventListener('abort', () => say('\nTrellis stops; what was acknowledged is on disk.'), {
    once: true,
  });
  const { isFirst } = await prepareDataFolder(config.DATA_DIR);
  const isOwed = await samplesAreOwed(config, isFirst);
  // After the first line, because the engines take a moment to load.
  const { createApp } = await import('../app.ts');
  const app = createApp(config);
  await startOrClose(app);
  try {
    await welcome(app, config, { isOwed, stop });
    say('Stop it with Ctrl-C.');
    await aborted(stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await app.close();
  }
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

async function welcome(
  app: App,
  config: Config,
  { isOwed, stop }: { readonly isOwed: boolean; readonly stop: AbortSignal },
): Promise<void> {
  await sayWhatRuns(app, config, say);
  if (config.MODE === 'production') return say(`\n  GraphQL    ${app.url()}/graphql\n`);
  const token = await createDevelopmentToken(join(config.DATA_DIR, 'keys'), {});
  if (isOwed) await loadSamples(config, { url: app.url(), token, signal: stop, say });
  sayWhereItIs(app.url(), token, say);
  if (config.SAMPLES && !stop.aborted) await showQuery(app.url(), token, say);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
