/** `trellis start`: the whole system in this process, or some of its parts, and what a newcomer needs to go on. */

import { resolve } from 'node:path';
import type { App } from '../app.ts';
import { completeSwitch } from '../operations/restores/switch-data.ts';
import { keysDirectory } from '../parts/tokens.ts';
import type { Config } from '../platform/config.ts';
import type { PartName } from '../platform/part.ts';
import { ALL_PARTS } from '../platform/placement.ts';
import type { LiveSecrets } from '../platform/secrets/open-secrets.ts';
import { aborted } from '../platform/until-aborted.ts';
import { VERSION } from '../platform/version.ts';
import { prepareDataFolder } from './data-folder.ts';
import { loadSamples, samplesAreOwed } from './samples.ts';
import { stopRequested } from './stop-requested.ts';
import { createDevelopmentToken } from './token.ts';
import { sayHow, sayWhatRuns, sayWhereItIs, sayWhoIsMissing, showQuery } from './welcome.ts';

/** Runs until it is asked to stop. Rejects with the problem that keeps it from starting. */
export async function start(
  config: Config,
  parts: ReadonlySet<PartName>,
  secrets: LiveSecrets,
): Promise<void> {
  const isWhole = parts.size === ALL_PARTS.size;
  const what = isWhole ? '' : `: ${[...parts].join(', ')}`;
  say(`Trellis ${VERSION}${what} starts with its data in ${resolve(config.DATA_DIR)}`);
  const stop = stopRequested(secrets.isLive ? { onHangUp: () => void secrets.reload() } : {});
  stop.addEventListener('abort', () => say('\nTrellis stops; what was acknowledged is on disk.'), {
    once: true,
  });
  if (await completeSwitch(config.DATA_DIR)) say('A restore that was cut off has been completed.');
  const { isFirst } = await prepareDataFolder(config.DATA_DIR);
  const isOwed = isWhole && (await samplesAreOwed(config, isFirst));
  // After the first line, because the engines take a moment to load.
  const { createApp } = await import('../app.ts');
  const app = createApp(config, { parts, secrets });
  await secrets.start();
  await startOrClose(app);
  try {
    await sayWhatRuns(app, say);
    if (isWhole) await welcome(app, config, { isOwed, stop });
    else say(`  listening on ${app.url()}`);
    say('Stop it with Ctrl-C.');
    await aborted(stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await app.close();
    await secrets.close();
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
  sayHow(config, say);
  await sayWhoIsMissing(config, say);
  if (config.MODE === 'production') return say(`\n  GraphQL    ${app.url()}/graphql\n`);
  const token = await createDevelopmentToken(keysDirectory(config), {});
  if (isOwed) await loadSamples(config, { url: app.url(), token, signal: stop, say });
  sayWhereItIs(app.url(), token, say);
  if (config.SAMPLES && !stop.aborted) await showQuery(app.url(), token, say);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
