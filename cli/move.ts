/** `trellis move`: one installation's data onto other engines, those of a file of settings, and back. */

import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { type EmbedderIdentity, isSameEmbedder } from '../model/embedding.ts';
import { type MoveReport, moveInstallation } from '../operations/move/move.ts';
import { secretsDirectory } from '../parts/api-keys.ts';
import { createConfiguredEmbedders } from '../parts/models.ts';
import { createServedStores } from '../parts/serving.ts';
import type { Stores } from '../parts/stores.ts';
import { keysDirectory } from '../parts/tokens.ts';
import type { Config } from '../platform/config.ts';
import { badInput, Problem } from '../platform/errors.ts';
import { createLog } from '../platform/log.ts';
import { readWholeConfig } from '../platform/secrets/open-secrets.ts';
import { fixedSecrets } from '../platform/secrets/secrets.ts';
import { embedderMissing } from '../text/embedders.ts';
import type { Progress } from './progress.ts';

export interface MoveCommand {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The settings of the destination, from a file of `TRELLIS_…=` lines. */
export async function readDestination(path: string): Promise<Config> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw badInput(
      '--to',
      `${path} cannot be read. Give a file with the TRELLIS_ settings of the destination.`,
    );
  });
  const settings = parseEnv(text);
  if (!Object.keys(settings).some((name) => name.startsWith('TRELLIS_')))
    throw badInput('--to', `${path} has no TRELLIS_ setting. Say there where the data is to go.`);
  return readWholeConfig(settings);
}

/** Both sides must be still: nothing else may use them. What was carried stays where the move is stopped. */
export async function move(from: Config, to: Config, { progress, signal }: MoveCommand): Promise<MoveReport> {
  if (placesOf(from).some((place) => placesOf(to).includes(place)))
    throw badInput(
      '--to',
      'names an engine or a folder that the source has, too. Choose another one for each.',
    );
  const log = createLog({ level: from.LOG_LEVEL });
  const [source, destination] = [
    await createServedStores(from, { secrets: fixedSecrets(from), log }),
    await createServedStores(to, { secrets: fixedSecrets(to), log }),
  ];
  try {
    const [made, wanted] = [await open(source, from), await open(destination, to)];
    // Vectors are carried as they are.
    if (!isSameEmbedder(made, wanted)) throw embedderMissing(made, wanted);
    const report = await moveInstallation({
      name: placesOf(from).join(', '),
      from: source,
      to: destination,
      signal,
      onProgress: ({ step, done, total }) => progress.update(done, total, step),
    });
    await carryKeys(from, to);
    return report;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Problem('CANCELLED', 'The move was stopped. The same command goes on where it is.', {
      cause: error,
    });
  } finally {
    progress.stop();
    await Promise.all([close(source), close(destination)]);
  }
}

/** Where an installation keeps its graph, its contents and its vectors. */
function placesOf(config: Config): readonly string[] {
  const folder = config.DATA_DIR;
  return [
    config.GRAPH === 'embedded'
      ? `graph in ${folder}`
      : `graph at ${config.GRAPH_URL}/${config.GRAPH_DATABASE ?? ''}`,
    config.CONTENT === 'embedded'
      ? `content in ${folder}`
      : `contents in ${config.CONTENT_DIR ?? `${folder}/contents`}`,
    config.VECTORS === 'embedded' ? `vectors in ${folder}` : `vectors at ${config.VECTORS_URL}`,
  ];
}

/** Gives who makes its vectors. */
async function open(stores: Stores, config: Config): Promise<EmbedderIdentity> {
  const embedders = createConfiguredEmbedders(config, { redis: null, secrets: fixedSecrets(config) });
  const identity = await embedders.open();
  await embedders.close();
  await Promise.all([stores.graph.open(), stores.content.open(), stores.vectors.open(identity)]);
  const { embedder } = await stores.vectors.current();
  return embedder ?? identity;
}

async function close({ graph, content, vectors }: Stores): Promise<void> {
  await Promise.all([graph.close(), content.close(), vectors.close()]);
}

/** Tokens and API keys that were given out stay valid. A destination that has secrets of its own keeps them. */
async function carryKeys(from: Config, to: Config): Promise<void> {
  for (const folderOf of [keysDirectory, secretsDirectory]) {
    const [source, destination] = [folderOf(from), folderOf(to)];
    if (existsSync(source) && !existsSync(destination))
      await cp(source, destination, { recursive: true, preserveTimestamps: true });
  }
}

/** What a person reads about it. */
export function describeMove({ nodes, resumed, differences }: MoveReport): string {
  const counts = Object.entries(nodes).filter(([, count]) => count > 0);
  return [
    `Moved${resumed ? ', taking up an earlier move' : ''}: ${counts.map(([label, count]) => `${count} ${label}`).join(', ')}`,
    ...differences.map(({ what, from, to }) => `${what} differs: ${from.count} against ${to.count}`),
    differences.length === 0 ? 'Both sides hold the same.' : 'Keep using the source, and see what differs.',
  ].join('\n');
}
