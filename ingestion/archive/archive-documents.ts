/**
 * Takes documents out: noted in the graph, sealed into the target, read back, and only then deleted, in the transaction
 * that commits the archive. A crash before that leaves the documents where they are, and a note of what to clear away.
 */

import type { ArchivedDocument } from '../../model/archive.ts';
import { Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { Lease, Leases } from '../../stores/graph/leases/leases.ts';
import {
  beginDeletingArchives,
  commitArchives,
  forgetArchives,
  putArchives,
} from '../../stores/graph/statements/archives.ts';
import { type DocumentNode, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { documentsSubmitted } from '../../stores/graph/statements/submissions.ts';
import { type DeleteTools, deleteChosen } from '../delete.ts';
import { BATCH_BYTES_MAX } from '../limits.ts';
import { heldAmong } from '../retention/holds.ts';
import { type Draft, draftOf } from './archive-draft.ts';
import type { ArchiveStore } from './archive-store.ts';

/** Of all processes one writes archives: what it notes as being written, nobody else takes for abandoned. */
export const ARCHIVE_LEASE = 'archives';
/** Documents that are sealed side by side, and deleted together: fewer where they are large. */
const AT_ONCE = 8;

export interface ArchiveTools extends DeleteTools {
  readonly leases: Leases;
  readonly now: () => Date;
}

export interface ArchiveWish {
  readonly ids: readonly string[];
  readonly by: string;
  readonly reason: string;
  /** Only those that have not changed since (RFC 3339); whenever they changed where it is left out. */
  readonly unchangedSince?: string;
}

export interface Archiving {
  readonly archived: readonly ArchivedDocument[];
  /** Ids of what was asked for and is not there, or is not to be taken out now, each with the reason. */
  readonly left: readonly LeftDocument[];
}

export interface LeftDocument {
  readonly documentId: string;
  readonly problem: Problem;
}

export async function archiveDocuments(
  tools: ArchiveTools,
  store: ArchiveStore,
  tenant: string,
  wish: ArchiveWish,
): Promise<Archiving> {
  const lease = await tools.leases.acquire(ARCHIVE_LEASE);
  try {
    const done: Archiving[] = [];
    for (let waiting = [...new Set(wish.ids)]; waiting.length > 0; ) {
      const ids = waiting.slice(0, AT_ONCE);
      const { looked, ...archiving } = await archiveTogether(tools, { store, lease }, tenant, {
        ...wish,
        ids,
      });
      done.push(archiving);
      waiting = waiting.slice(looked);
    }
    return { archived: done.flatMap(({ archived }) => archived), left: done.flatMap(({ left }) => left) };
  } finally {
    await lease.release();
  }
}

/** Those of the documents from the first on that can be held together; gives how many it has looked at. */
async function archiveTogether(
  tools: ArchiveTools,
  { store, lease }: { readonly store: ArchiveStore; readonly lease: Lease },
  tenant: string,
  wish: ArchiveWish,
): Promise<Archiving & { readonly looked: number }> {
  const { drafts, left, looked } = await draftsOf(tools, tenant, wish);
  if (drafts.length === 0) return { archived: [], left, looked };
  await lease.graph.write([putArchives(drafts.map(({ archive }) => archive))]);
  const gone = new Set<string>();
  try {
    await putAll(store, drafts);
    for (const id of await removeArchived(tools, tenant, drafts, wish)) gone.add(id);
  } finally {
    const undone = drafts.filter(({ document }) => !gone.has(document.id));
    // Where this fails as well, whoever keeps the archives clears it away.
    await discardArchives(
      store,
      lease.graph,
      undone.map(({ archive }) => archive.id),
    ).catch(() => undefined);
  }
  const isGone = ({ document }: Draft) => gone.has(document.id);
  return {
    looked,
    archived: drafts.filter(isGone).map(({ archive }) => ({ ...archive, state: 'ARCHIVED' as const })),
    left: [
      ...left,
      ...drafts
        .filter((draft) => !isGone(draft))
        .map(({ document: { id } }) => leftAs(id, 'was changed meanwhile, or put on hold')),
    ],
  };
}

async function draftsOf(tools: ArchiveTools, tenant: string, wish: ArchiveWish) {
  const { free, left } = await archivable(tools.graph, tenant, wish);
  const drafts: Draft[] = [];
  let bytes = 0;
  for (const document of free) {
    const draft = await draftOf(tools, document, wish);
    if (draft instanceof Problem) {
      left.push({ documentId: document.id, problem: draft });
      continue;
    }
    drafts.push(draft);
    bytes += draft.version.bytes.length;
    if (bytes >= BATCH_BYTES_MAX) break;
  }
  const last = bytes >= BATCH_BYTES_MAX ? drafts.at(-1) : undefined;
  const looked = last === undefined ? wish.ids.length : wish.ids.indexOf(last.document.id) + 1;
  const seen = new Set(wish.ids.slice(0, looked));
  return { drafts, looked, left: left.filter(({ documentId }) => seen.has(documentId)) };
}

/** Waits for all of them, also where one fails: what is written late would lie there behind the clearing away. */
async function putAll(store: ArchiveStore, drafts: readonly Draft[]): Promise<void> {
  const put = await Promise.allSettled(drafts.map(({ archive, version }) => store.put(archive.id, version)));
  for (const one of put) if (one.status === 'rejected') throw one.reason;
}

/** Ids of the documents that were deleted: those that are as they were sealed. */
async function removeArchived(
  tools: ArchiveTools,
  tenant: string,
  drafts: readonly Draft[],
  wish: ArchiveWish,
): Promise<readonly string[]> {
  const sealed = new Map(drafts.map((draft) => [draft.document.id, draft]));
  const { documentIds } = await deleteChosen(tools, tenant, {
    ids: [...sealed.keys()],
    choose: async (documents, graph) => {
      const { free } = await archivable(graph, tenant, { ...wish, ids: documents.map(({ id }) => id) });
      return free.filter(
        ({ id, versionHash: hash, updatedAt }) =>
          sealed.get(id)?.document.versionHash === hash && sealed.get(id)?.document.updatedAt === updatedAt,
      );
    },
    beside: (documents) => {
      const ids = documents.flatMap(({ id }) => sealed.get(id)?.archive.id ?? []);
      return ids.length === 0 ? [] : [commitArchives(ids)];
    },
  });
  return documentIds;
}

/** Removes what lies in the target, then the note of it. */
export async function discardArchives(
  store: ArchiveStore,
  graph: GraphStore,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await graph.write([beginDeletingArchives(ids)]);
  for (const id of ids) await store.remove(id);
  await graph.write([forgetArchives(ids)]);
}

/** Which of them may be taken out now. */
async function archivable(
  graph: GraphStore,
  tenant: string,
  { ids, unchangedSince }: Pick<ArchiveWish, 'ids' | 'unchangedSince'>,
): Promise<{ readonly free: readonly DocumentNode[]; readonly left: LeftDocument[] }> {
  const documents = await graph.read(documentsByIds(tenant, ids));
  const [held, submitted] = await Promise.all([
    heldAmong(graph, tenant, documents),
    graph.read(documentsSubmitted(ids)),
  ]);
  const byId = new Map(documents.map((document) => [document.id, document]));
  const left: LeftDocument[] = [];
  const free = [...new Set(ids)].flatMap((id) => {
    const document = byId.get(id);
    const hold = held.get(id);
    const why =
      document === undefined
        ? 'is not there'
        : hold !== undefined
          ? `is under the legal hold "${hold.name}"; have it released first`
          : submitted.includes(id) || document.status !== 'READY'
            ? 'has a version that is not indexed: wait for its job, or replay or discard what failed'
            : unchangedSince !== undefined && document.updatedAt >= unchangedSince
              ? 'was changed meanwhile'
              : null;
    if (why === null && document !== undefined) return [document];
    left.push(leftAs(id, why ?? 'is not there', document === undefined ? 'NOT_FOUND' : 'CONFLICT'));
    return [];
  });
  return { free, left };
}

function leftAs(documentId: string, why: string, code: 'NOT_FOUND' | 'CONFLICT' = 'CONFLICT'): LeftDocument {
  return { documentId, problem: new Problem(code, `The document ${documentId} ${why}.`) };
}
