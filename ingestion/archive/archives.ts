/** The archive as others use it: what is in it, taking out, bringing back, and deleting for good. */

import { ARCHIVE_STATES, type ArchivedDocument, type ArchiveState } from '../../model/archive.ts';
import { collectionId, entityId, nameId } from '../../model/ids.ts';
import { type DocumentSelection, isSelected } from '../../model/retention.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Queue } from '../../platform/queue/queue.ts';
import type { CallOptions } from '../../stores/graph/graph-store.ts';
import {
  archivesByIds,
  archivesListed,
  beginDeletingArchives,
} from '../../stores/graph/statements/archives.ts';
import { heldAmong, refuseHeld } from '../retention/holds.ts';
import { checkReason } from '../retention/retention-request.ts';
import type { SubmitTools } from '../submit.ts';
import {
  type ArchiveTools,
  type ArchiveWish,
  type Archiving,
  archiveDocuments,
  discardArchives,
} from './archive-documents.ts';
import { type ArchiveStore, noArchives } from './archive-store.ts';
import { type BringingBack, bringBackDocuments } from './bring-back.ts';
import { type Rewrapping, rewrapArchives } from './rewrap-archives.ts';

/** Of one call. */
const IDS_MAX = 100;
/** Archives that are looked at together. */
const PAGE = 200;
/** Those that somebody may want to know of: the others are on their way in or out. */
const LISTED: readonly ArchiveState[] = ['ARCHIVED', 'BRINGING_BACK', 'BROUGHT_BACK'];

export interface ArchivesWanted {
  /** Name of a collection; null for every one. */
  readonly collection: string | null;
  /** Empty for all. */
  readonly states: readonly ArchiveState[];
  readonly after: string;
  readonly limit: number;
}

export interface ArchiveDeletion {
  readonly ids: readonly string[];
  readonly notFound: readonly string[];
}

/** What an erasure looks for: documents that mention one of these, or are somebody's by their metadata. */
export interface ArchivesAbout {
  /** Canonical keys of names, and ids of entities that are called so. */
  readonly keys: readonly string[];
  readonly entityIds: readonly string[];
  readonly selection: DocumentSelection | null;
  readonly documentIds: readonly string[];
}

export interface Archives {
  list(tenant: string, wanted: ArchivesWanted, options?: CallOptions): Promise<readonly ArchivedDocument[]>;
  /** CONFLICT where no target is configured. What cannot be archived stays as it is, and is told with the reason. */
  archive(tenant: string, wish: ArchiveWish): Promise<Archiving>;
  /** The ids of one call of a client; BAD_INPUT for too many. */
  checkIds(ids: readonly string[]): readonly string[];
  /**
   * By the policy of now. What is sealed under another one is refused (FORBIDDEN) unless `mayReveal`, as it may come to
   * light then; by default it may not.
   */
  bringBack(
    tenant: string,
    ids: readonly string[],
    options?: { readonly mayReveal: boolean },
  ): Promise<BringingBack>;
  /** Wraps their keys by the master key of now. One that cannot be done keeps no other from it. */
  rewrap(tenant: string, ids: readonly string[]): Promise<Rewrapping>;
  /** For good. CONFLICT, and nothing is deleted, where a legal hold keeps one, or one is being brought back. */
  delete(tenant: string, ids: readonly string[]): Promise<ArchiveDeletion>;
  /** Of any state. */
  about(tenant: string, about: ArchivesAbout, signal?: AbortSignal): Promise<readonly ArchivedDocument[]>;
  /**
   * Destroys them whatever state they are in; gives them as they were. CONFLICT, and nothing is deleted, where a legal
   * hold keeps one, or where no target is configured.
   */
  erase(tenant: string, ids: readonly string[]): Promise<readonly ArchivedDocument[]>;
  /** How many of them still lie in the target. */
  remaining(ids: readonly string[]): Promise<number>;
  /** CONFLICT where no target is configured. */
  requireTarget(): void;
}

export interface ArchivesOptions extends ArchiveTools, SubmitTools {
  /** Null where none is configured. */
  readonly archive: ArchiveStore | null;
  readonly queue: Queue;
  readonly log: Log;
}

export function createArchives(options: ArchivesOptions): Archives {
  const { graph, exclusive, queue, log } = options;
  const requireStore = (): ArchiveStore => {
    if (options.archive === null) throw noArchives();
    return options.archive;
  };
  const handOver = (jobIds: readonly string[]) => {
    if (jobIds.length === 0) return;
    queue.push(jobIds).catch((error: unknown) => {
      log.warn({ jobIds, error }, 'Jobs could not be queued; the reconciler will queue them.');
    });
  };
  const destroy = async (
    tenant: string,
    ids: readonly string[],
    check: (found: readonly ArchivedDocument[]) => void,
  ): Promise<readonly ArchivedDocument[]> => {
    const store = requireStore();
    const found = await exclusive(async (alone) => {
      const archives = await alone.graph.read(archivesByIds(tenant, ids));
      check(archives);
      refuseHeld('archive', await heldAmong(alone.graph, tenant, archives));
      if (archives.length > 0) await alone.graph.write([beginDeletingArchives(archives.map(({ id }) => id))]);
      return archives;
    });
    // The graph says so already: what is left here by a failure is done by whoever keeps the archives.
    await discardArchives(
      store,
      graph,
      found.map(({ id }) => id),
    );
    return found;
  };

  return {
    requireTarget: () => void requireStore(),
    checkIds,
    list: (tenant, { collection, states, after, limit }, call) =>
      graph.read(
        archivesListed({
          tenant,
          collectionId: collection === null ? null : collectionId(tenant, collection),
          states: states.length === 0 ? LISTED : states,
          after,
          limit,
        }),
        call,
      ),
    archive: async (tenant, wish) => {
      const store = requireStore();
      return archiveDocuments(options, store, tenant, { ...wish, reason: checkReason(wish.reason) });
    },
    bringBack: async (tenant, ids, { mayReveal } = { mayReveal: false }) => {
      const wish = { ids: checkIds(ids), mayReveal };
      const result = await bringBackDocuments(options, requireStore(), tenant, wish);
      handOver(result.jobIds);
      return result;
    },
    rewrap: (tenant, ids) => rewrapArchives(options, requireStore(), tenant, checkIds(ids)),
    delete: async (tenant, ids) => {
      const found = await destroy(tenant, checkIds(ids), refuseComingBack);
      const gone = new Set(found.map(({ id }) => id));
      return { ids: [...gone], notFound: ids.filter((id) => !gone.has(id)) };
    },
    about: (tenant, about, signal) => findAbout(options, tenant, about, signal),
    erase: async (tenant, ids) => {
      const found: ArchivedDocument[] = [];
      for (let at = 0; at < ids.length; at += PAGE)
        found.push(...(await destroy(tenant, ids.slice(at, at + PAGE), () => undefined)));
      return found;
    },
    remaining: async (ids) => {
      if (ids.length === 0) return 0;
      const store = requireStore();
      let left = 0;
      for (const id of ids) if (await store.has(id)) left += 1;
      return left;
    },
  };
}

function checkIds(ids: readonly string[]): readonly string[] {
  if (ids.length >= 1 && ids.length <= IDS_MAX) return ids;
  throw badInput('input.ids', `has ${ids.length} ids and must have 1 to ${IDS_MAX}.`);
}

async function findAbout(
  { graph }: Pick<ArchivesOptions, 'graph'>,
  tenant: string,
  { keys, entityIds, selection, documentIds }: ArchivesAbout,
  signal?: AbortSignal,
): Promise<readonly ArchivedDocument[]> {
  const spoken = new Set([
    ...entityIds,
    ...keys.flatMap((key) => [entityId(tenant, key), nameId(tenant, key)]),
  ]);
  const ofDocuments = new Set(documentIds);
  const isAbout = (archive: ArchivedDocument) =>
    ofDocuments.has(archive.documentId) ||
    archive.speaksOf.some((id) => spoken.has(id)) ||
    (selection !== null && isSelected(selection, archive, (name) => collectionId(tenant, name)));
  const found: ArchivedDocument[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const listing = { tenant, collectionId: null, states: ARCHIVE_STATES, after, limit: PAGE };
    const page: readonly ArchivedDocument[] = await graph.read(
      archivesListed(listing),
      signal === undefined ? {} : { signal },
    );
    found.push(...page.filter(isAbout));
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  }
  return found;
}

function refuseComingBack(archives: readonly ArchivedDocument[]): void {
  const coming = archives.find(({ state }) => state === 'BRINGING_BACK');
  if (coming === undefined) return;
  throw new Problem(
    'CONFLICT',
    `The archive ${coming.id} is being brought back by the job ${coming.jobId}. Wait until that is over, or cancel it, and replay or discard what of it failed; nothing was deleted.`,
  );
}
