/** The leader's duty about archives: finishes what a process that is gone, or a target that was away, left half done. */

import type { ArchivedDocument } from '../../model/archive.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { Leases } from '../../stores/graph/leases/leases.ts';
import { archivesInStates, moveArchives } from '../../stores/graph/statements/archives.ts';
import { documentsSubmitted } from '../../stores/graph/statements/submissions.ts';
import type { Exclusive } from '../exclusive.ts';
import { ARCHIVE_LEASE, discardArchives } from './archive-documents.ts';
import type { ArchiveStore } from './archive-store.ts';

const LOOK_EVERY_MS = 30_000;
/** Archives that are looked at together. */
const PAGE = 100;

export interface ArchiveKeeperOptions {
  readonly graph: GraphStore;
  readonly leases: Leases;
  readonly exclusive: Exclusive;
  readonly archive: ArchiveStore | null;
  readonly log: Log;
  readonly everyMs?: number;
}

export function createArchiveKeeper(options: ArchiveKeeperOptions) {
  return {
    name: 'archives',
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        await keepArchives(options).catch((error: unknown) => {
          if (!signal.aborted)
            options.log.warn(
              { error },
              'What archiving left half done could not be finished now; tried again.',
            );
        });
        await pause(options.everyMs ?? LOOK_EVERY_MS, signal);
      }
    },
  };
}

export async function keepArchives(options: ArchiveKeeperOptions): Promise<void> {
  const { graph, archive } = options;
  if (archive !== null) {
    await clearAway(options, archive);
    for (;;) {
      const leaving = await graph.read(archivesInStates(['DELETING'], PAGE));
      await discardArchives(
        archive,
        graph,
        leaving.map(({ id }) => id),
      );
      if (leaving.length < PAGE) break;
    }
  }
  await returnUnclaimed(options);
}

/** Nobody else writes archives while the lease is here, so what is being written was left by a process that is gone. */
async function clearAway({ graph, leases }: ArchiveKeeperOptions, archive: ArchiveStore): Promise<void> {
  const look = () => graph.read(archivesInStates(['WRITING'], PAGE));
  if ((await look()).length === 0) return;
  const lease = await leases.tryAcquire(ARCHIVE_LEASE);
  if (lease === null) return;
  try {
    for (let left = await look(); left.length > 0; left = await look())
      await discardArchives(
        archive,
        lease.graph,
        left.map(({ id }) => id),
      );
  } finally {
    await lease.release();
  }
}

/** What was to be brought back and waits for nothing, because its job was cancelled or replaced, is archived as before. */
async function returnUnclaimed({ graph, exclusive }: ArchiveKeeperOptions): Promise<void> {
  const coming = await graph.read(archivesInStates(['BRINGING_BACK'], PAGE));
  if ((await unclaimed(graph, coming)).length === 0) return;
  await exclusive(async (alone) => {
    const now = await alone.graph.read(archivesInStates(['BRINGING_BACK'], PAGE));
    const ids = (await unclaimed(alone.graph, now)).map(({ id }) => id);
    if (ids.length > 0)
      await alone.graph.write([moveArchives(ids, { from: 'BRINGING_BACK', to: 'ARCHIVED' })]);
  });
}

async function unclaimed(
  graph: GraphStore,
  archives: readonly ArchivedDocument[],
): Promise<readonly ArchivedDocument[]> {
  if (archives.length === 0) return [];
  const submitted = new Set(
    await graph.read(documentsSubmitted(archives.map(({ documentId }) => documentId))),
  );
  return archives.filter(({ documentId }) => !submitted.has(documentId));
}
