/** The sample collection that the first start loads, so that a newcomer has something to ask about. */

import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../platform/config.ts';
import { createClient } from './client.ts';
import { findFiles } from './files.ts';
import { ingest } from './ingest.ts';
import { createProgress } from './progress.ts';

const FOLDER = fileURLToPath(new URL('../samples/documents', import.meta.url));
const COLLECTION = 'samples';

/** A note in the data folder while samples are owed. */
const OWED = 'samples-owed';

/**
 * Whether this start loads the samples. The first one notes down that it owes them, so that a start after a crash
 * loads the rest, and none after that brings back what its user has deleted.
 */
export async function samplesAreOwed(config: Config, isFirst: boolean): Promise<boolean> {
  if (!config.SAMPLES || config.MODE === 'production') return false;
  const note = join(config.DATA_DIR, OWED);
  if (isFirst) await writeFile(note, '');
  return stat(note).then(
    () => true,
    () => false,
  );
}

export async function loadSamples(
  config: Config,
  options: {
    readonly url: string;
    readonly token: string;
    readonly signal: AbortSignal;
    readonly say: (line: string) => void;
  },
): Promise<void> {
  const files = (await findFiles([FOLDER])).map((file) => ({
    ...file,
    key: file.path.slice(FOLDER.length + 1),
  }));
  const summary = await ingest(createClient(options), files, {
    collection: COLLECTION,
    progress: createProgress('Loading the samples', process.stdout),
    signal: options.signal,
  });
  await rm(join(config.DATA_DIR, OWED));
  options.say(`  ${summary.documents} documents in the collection "${COLLECTION}"`);
  for (const { document, message } of summary.failures) options.say(`  ${document}: ${message}`);
}
