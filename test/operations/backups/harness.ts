/** Backups of a real installation into a folder, and installations to restore them into. */

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFiles } from '../../../cli/files.ts';
import { createExclusive } from '../../../ingestion/exclusive.ts';
import { type Backups, type BackupsOptions, createBackups } from '../../../operations/backups/backups.ts';
import { restoreSet } from '../../../operations/backups/restore-set.ts';
import { createSetStore, type OpenedSet, type SetStore } from '../../../operations/backups/set-store.ts';
import type { Installation } from '../../../operations/move/installation.ts';
import { createLog } from '../../../platform/log.ts';
import type { KeyWrapper } from '../../../platform/sealing/key-wrapper.ts';
import { createLocalKeyWrapper } from '../../../platform/sealing/local-key-wrapper.ts';
import type { BackupTarget } from '../../../stores/backup-targets/backup-target.ts';
import { createFolderBackupTarget } from '../../../stores/backup-targets/folder/folder-backup-target.ts';
import { createEmbeddedContentStore } from '../../../stores/content/embedded/embedded-content-store.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import type { Leases } from '../../../stores/graph/leases/leases.ts';
import { createLocalLeases } from '../../../stores/graph/leases/local-leases.ts';
import { createEmbeddedVectorStore } from '../../../stores/vectors/embedded/embedded-vector-store.ts';
import { openRooms, type Rooms } from '../../ingestion/harness.ts';

export const INSTALLATION = { kind: 'INSTALLATION' } as const;
const log = createLog({ level: 'silent' });

export interface Desk {
  readonly rooms: Rooms;
  readonly backups: Backups;
  readonly sets: SetStore;
  readonly target: BackupTarget;
  /** Folder of the target. */
  readonly folder: string;
  /** A backup that has ended, of the whole installation unless another scope is given. */
  backUp(scope?: Parameters<Backups['begin']>[0]['scope']): ReturnType<Backups['ended']>;
  /** The set restored into a new installation. */
  restored(id: string): Promise<Scratch>;
  close(): Promise<void>;
}

export interface Scratch extends Installation {
  readonly discard: () => Promise<void>;
}

export interface DeskOptions extends Partial<BackupsOptions> {
  readonly wrapTarget?: (target: BackupTarget) => BackupTarget;
  readonly folder?: string;
  /** Of an installation that is there already. */
  readonly directory?: string;
  readonly masterKey?: Uint8Array;
  /** Of the installation that is backed up; embedded, unless the tests' own is on a server. */
  readonly createGraph?: () => GraphStore;
  /** Turns in memory where they are left out. */
  readonly createLeases?: (graph: GraphStore) => Leases;
  readonly wrapper?: KeyWrapper;
}

export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  let leases: Leases | null = null;
  const rooms = await openRooms({
    ...(options.directory === undefined ? {} : { directory: options.directory }),
    ...(options.createGraph === undefined ? {} : { createGraph: options.createGraph }),
    leases: (graph) => {
      leases = options.createLeases?.(graph) ?? createLocalLeases({ graph });
      return leases;
    },
  });
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'trellis-backups-')));
  const bare = createFolderBackupTarget({ directory: folder });
  const target = options.wrapTarget?.(bare) ?? bare;
  const wrapper = options.wrapper ?? createLocalKeyWrapper({ current: options.masterKey ?? randomBytes(32) });
  const sets = createSetStore(target, wrapper);
  const held = leases ?? createLocalLeases(rooms);
  const exclusive = createExclusive(held);
  const backups = createBackups({
    ...{ sets, source: rooms, leases: held, log },
    alone: (run) => exclusive(run),
    files: [],
    settings: {},
    version: 'test',
    scratch: join(tmpdir(), `trellis-backup-${randomUUID()}`),
    makeScratch: openScratch,
    now: () => new Date(),
    lookEveryMs: 20,
    ...options,
  });
  const opened: Scratch[] = [];
  return {
    ...{ rooms, backups, sets, target, folder },
    backUp: async (scope = INSTALLATION) => {
      const { id } = await backups.begin({ scope, createdBy: 'ada' });
      return backups.ended(id);
    },
    restored: async (id) => {
      const set = await sets.open(id);
      const to = await openScratch(set);
      opened.push(to);
      const { signal } = new AbortController();
      await restoreSet({ target, set, to, signal, onProgress: () => undefined });
      return to;
    },
    close: async () => {
      await backups.close();
      for (const scratch of opened) await scratch.discard();
      await rooms.close();
      // One that was given is whoever's gave it.
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function openScratch({ manifest }: Pick<OpenedSet, 'manifest'>): Promise<Scratch> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-scratch-'));
  const graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log });
  const content = createEmbeddedContentStore({ directory: join(directory, 'content') });
  const vectors = createEmbeddedVectorStore({ directory: join(directory, 'vectors'), log });
  await Promise.all([graph.open(), content.open(), vectors.open(manifest.embedder)]);
  return {
    ...{ graph, content, vectors },
    discard: async () => {
      await Promise.all([graph.close(), content.close(), vectors.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Documents of the samples, handed over and indexed. */
export async function ingestSamples(
  { ingestion, finished }: Rooms,
  { tenant = 'acme', collection = 'samples', from = 0, count = 12 } = {},
): Promise<void> {
  const files = await findFiles([join(import.meta.dirname, '../../../samples/documents')]);
  const documents = await Promise.all(
    files.slice(from, from + count).map(async ({ path, mediaType }) => ({
      key: path,
      mediaType,
      content: await readFile(path, 'utf8'),
    })),
  );
  const { jobId } = await ingestion.submit(tenant, collection, documents);
  await finishedOf(tenant, jobId);

  async function finishedOf(of: string, id: string | null): Promise<void> {
    if (of === 'acme') await finished(id);
    else for await (const _ of ingestion.watch(of, id ?? '', AbortSignal.timeout(60_000)));
  }
}
