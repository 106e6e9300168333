/** The embedded search indexes behind the port: folders of which one process has two at most, and one answers. */

import { existsSync, rmSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { Log } from '../../../platform/log.ts';
import { replaceFile } from '../../../platform/replace-file.ts';
import { createTwoIndexes, type IndexEngine, type IndexPlaces } from '../two-indexes.ts';
import type { VectorStore } from '../vector-store.ts';
import { openIndexFolder } from './index-folder.ts';

export interface EmbeddedVectorOptions {
  readonly directory: string;
  readonly log: Log;
}

export function createEmbeddedVectorStore(options: EmbeddedVectorOptions): VectorStore {
  let engine = 'lancedb and sqlite fts5 (embedded)';
  const indexes = createTwoIndexes(
    foldersOf(options, (version) => {
      engine = `lancedb and sqlite ${version} fts5 (embedded)`;
    }),
  );
  return {
    ...indexes,
    health: () => probeHealth('vectors', engine, async () => indexes.revision()),
  };
}

/** The first index lies in the folder itself, where it was before there could be another one. */
const FIRST = 'index-1';
const FIRST_FILES = ['keywords.sqlite', 'keywords.sqlite-wal', 'keywords.sqlite-shm', 'dense'];

function foldersOf(
  { directory, log }: EmbeddedVectorOptions,
  tellVersion: (version: string) => void,
): IndexEngine {
  const pointer = join(directory, 'indexes.json');
  const folderOf = (name: string) => (name === FIRST ? directory : join(directory, name));
  return {
    start: async () => {
      await mkdir(directory, { recursive: true });
    },
    // Nobody else may write to the folder.
    placesKeptMs: Number.POSITIVE_INFINITY,
    places: async () =>
      existsSync(pointer)
        ? (JSON.parse(await readFile(pointer, 'utf8')) as IndexPlaces)
        : { live: FIRST, beside: null },
    setPlaces: (places) => replaceFile(pointer, JSON.stringify(places)),
    // Opening one makes it.
    makeIndex: async () => undefined,
    openIndex: async (name, embedder) => {
      const { version, ...index } = await openIndexFolder(folderOf(name), embedder, log);
      tellVersion(version);
      return index;
    },
    removeIndex: async (name) => {
      const paths = name === FIRST ? FIRST_FILES.map((file) => join(directory, file)) : [folderOf(name)];
      for (const path of paths) rmSync(path, { recursive: true, force: true });
    },
    nameOf: (number) => `index-${number}`,
    close: async () => undefined,
  };
}
