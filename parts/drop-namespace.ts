/** What is left of a namespace on all engines and in Redis, removed: of a restore that was given up, or of what it replaced. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Namespace } from '../model/namespace.ts';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { Secrets } from '../platform/secrets/secrets.ts';
import { dropContentNamespace, listContentNamespaces } from '../stores/content/folder/namespaces.ts';
import {
  type DropProgress,
  dropGraphNamespace,
  listGraphNamespaces,
} from '../stores/graph/bolt/drop-namespace.ts';
import { dropQdrantNamespace, listQdrantNamespaces } from '../stores/vectors/qdrant/namespaces.ts';
import { dropSharedWork } from './between-processes.ts';
import { contentsFolder, engineFolder, graphAddress, vectorsAddress } from './stores.ts';

export interface DropTools {
  readonly secrets: Secrets;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** Of the graph, where most of the time goes. */
  readonly onProgress?: (progress: DropProgress) => void;
}

/** Whoever was cut off calls again. Nobody may have the namespace open meanwhile; whether one has is for the caller to know. */
export async function dropNamespace(config: Config, namespace: Namespace, tools: DropTools): Promise<void> {
  const options = { ...tools, namespace };
  const folder = engineFolder(config, namespace);
  const remove = (engine: string) => rm(join(folder, engine), { recursive: true, force: true });
  await dropSharedWork(config, options);
  if (config.VECTORS === 'qdrant') await dropQdrantNamespace(vectorsAddress(config, tools), options);
  else await remove('vectors');
  if (config.CONTENT === 'folder') await dropContentNamespace(contentsFolder(config), options);
  else await remove('content');
  // Last: the others are derived from the graph, or mean nothing without it.
  if (config.GRAPH === 'bolt') await dropGraphNamespace(graphAddress(config, tools), options);
  else await remove('graph');
}

/** Every one of which a server or the shared folder has anything. */
export async function listNamespaces(
  config: Config,
  tools: Pick<DropTools, 'secrets' | 'log' | 'signal'>,
): Promise<readonly Namespace[]> {
  const found = await Promise.all([
    config.GRAPH === 'bolt' ? listGraphNamespaces(graphAddress(config, tools), tools) : [],
    config.VECTORS === 'qdrant' ? listQdrantNamespaces(vectorsAddress(config, tools), tools) : [],
    config.CONTENT === 'folder' ? listContentNamespaces(contentsFolder(config)) : [],
  ]);
  return [...new Set(found.flat())].toSorted();
}
