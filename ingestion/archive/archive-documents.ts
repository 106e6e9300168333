/**
 * Takes documents out: noted in the graph, sealed into the target, read back, and only then deleted, in the transaction
 * that commits the archive. A crash before that leaves the documents where they are, and a note of what to clear away.
 */

import { randomUUID } from 'node:crypto';
import type { ArchivedDocument } from '../../model/archive.ts';
import type { Collection } from '../../model/documents.ts';
import type { Knowledge } from '../../model/knowledge.ts';
import { Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { Lease, Leases } from '../../stores/graph/leases/leases.ts';
import {
  beginDeletingArchives,
  commitArchives,
  forgetArchives,
  putArchives,
} from '../../stores/graph/statements/archives.ts';
import { chunkDigests } from '../../stores/graph/statements/chunks.ts';
import { collectionsByIds } from '../../stores/graph/statements/collections.ts';
import {
  type DocumentNode,
  documentsByIds,
  type GivenKnowledge,
  knowledgeGiven,
} from '../../stores/graph/statements/documents.ts';
import { sealingKeys } from '../../stores/graph/statements/privacy.ts';
import { documentsSubmitted } from '../../stores/graph/statements/submissions.ts';
import { entitiesMentionedBy, namesOf } from '../../stores/graph/statements/support.ts';
import { type DeleteTools, deleteChosen } from '../delete.ts';
import type { Said } from '../privacy/envelope.ts';
import { heldAmong } from '../retention/holds.ts';
import { titleGiven } from '../version-hash.ts';
import type { ArchivedVersion, ArchiveStore } from './archive-store.ts';

/** Of all processes one writes archives: what it notes as being written, nobody else takes for abandoned. */
export const ARCHIVE_LEASE = 'archives';
/** Documents that are sealed side by side, and deleted together. */
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

interface Draft {
  readonly document: DocumentNode;
  readonly archive: ArchivedDocument;
  readonly version: ArchivedVersion;
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
    for (let at = 0; at < wish.ids.length; at += AT_ONCE)
      done.push(
        await archiveTogether(tools, { store, lease }, tenant, {
          ...wish,
          ids: wish.ids.slice(at, at + AT_ONCE),
        }),
      );
    return { archived: done.flatMap(({ archived }) => archived), left: done.flatMap(({ left }) => left) };
  } finally {
    await lease.release();
  }
}

async function archiveTogether(
  tools: ArchiveTools,
  { store, lease }: { readonly store: ArchiveStore; readonly lease: Lease },
  tenant: string,
  wish: ArchiveWish,
): Promise<Archiving> {
  const { free, left } = await archivable(tools.graph, tenant, wish);
  const drafts: Draft[] = [];
  for (const document of free) {
    const draft = await draftOf(tools, document, wish);
    if (draft instanceof Problem) left.push({ documentId: document.id, problem: draft });
    else drafts.push(draft);
  }
  if (drafts.length === 0) return { archived: [], left };
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
    archived: drafts.filter(isGone).map(({ archive }) => ({ ...archive, state: 'ARCHIVED' as const })),
    left: [
      ...left,
      ...drafts
        .filter((draft) => !isGone(draft))
        .map(({ document: { id } }) => leftAs(id, 'was changed meanwhile, or put on hold')),
    ],
  };
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

/** What will be sealed, and what the graph will say of it. */
async function draftOf(
  { graph, content, now }: ArchiveTools,
  document: DocumentNode,
  { by, reason }: ArchiveWish,
): Promise<Draft | Problem> {
  const { id, tenant, collectionId, key, title, mediaType, metadata, contentHash, createdAt, updatedAt } =
    document;
  const [[collection], [bytes], [given], [sealing]] = await Promise.all([
    graph.read(collectionsByIds(tenant, [collectionId])),
    content.get([{ tenant, hash: contentHash }]),
    graph.read(knowledgeGiven([id])),
    graph.read(sealingKeys([id])),
  ]);
  if (bytes === undefined || bytes === null || collection === undefined) return contentLost(document);
  const said = sealing === undefined ? saidOf(document, given) : NOTHING_SAID;
  if (said === undefined) return notKept(document);
  const archivedAt = now().toISOString();
  return {
    document,
    version: {
      ...{ tenant, documentId: id, collection: collection.name, mediaType, contentHash, createdAt, bytes },
      ...said,
      ...(sealing === undefined
        ? {}
        : { sealed: { keyId: sealing.sealedWith, versionHash: document.versionHash ?? '' } }),
    },
    archive: {
      ...{ id: archiveId(archivedAt), tenant, state: 'WRITING', documentId: id, collectionId },
      ...{
        collection: nameOf(collection),
        key,
        title,
        mediaType,
        metadata,
        contentHash,
        bytes: bytes.length,
      },
      ...{ createdAt, updatedAt, archivedAt, archivedBy: by, reason, jobId: null, broughtBackAt: null },
      speaksOf: await idsSpokenOf(graph, id),
    },
  };
}

/** Of what is sealed: all that its caller said is in the bytes. */
const NOTHING_SAID: Said = { key: null, title: null, metadata: {}, knowledge: null };

/** Undefined where it cannot be told. */
function saidOf(document: DocumentNode, given: GivenKnowledge | undefined): Said | undefined {
  const knowledge = given === undefined ? null : (JSON.parse(given.knowledge) as Knowledge);
  const title = titleGiven(document, knowledge);
  return title === undefined
    ? undefined
    : { key: document.key, title, metadata: document.metadata, knowledge };
}

function nameOf({ name }: Collection): string {
  return name;
}

/** In the order of time, and good as part of an object's name. */
function archiveId(at: string): string {
  return `arc_${at.replaceAll(/[^0-9TZ]/g, '')}_${randomUUID().replaceAll('-', '')}`;
}

async function idsSpokenOf(graph: GraphStore, documentId: string): Promise<readonly string[]> {
  const chunks = await graph.read(chunkDigests([documentId]));
  const entities = await graph.read(entitiesMentionedBy(chunks.map(({ chunkId }) => chunkId)));
  return [...entities, ...(await graph.read(namesOf(entities)))];
}

function contentLost({ id, contentHash }: DocumentNode): Problem {
  return new Problem(
    'CONFLICT',
    `The document ${id} cannot be archived: its content ${contentHash} is missing. Ingest it again first.`,
  );
}

function notKept({ id }: DocumentNode): Problem {
  return new Problem(
    'CONFLICT',
    `The document ${id} came with knowledge before Trellis kept that, so it could not be brought back as it is. Ingest it again with its knowledge first.`,
  );
}
