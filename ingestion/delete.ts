/** Exact deletion: what only these documents support goes from every store, and the receipt says how much it was. */

import { documentId } from '../model/ids.ts';
import { badInput } from '../platform/errors.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import type { GraphStore, Statement } from '../stores/graph/graph-store.ts';
import { dropArchivesOf } from '../stores/graph/statements/archives.ts';
import { chunkDigests, deleteChunks } from '../stores/graph/statements/chunks.ts';
import {
  type DocumentNode,
  documentsByIds,
  deleteDocuments as removeDocuments,
} from '../stores/graph/statements/documents.ts';
import { putRemovals } from '../stores/graph/statements/removals.ts';
import { contentsOfDocuments, deleteSubmissionsOfDocuments } from '../stores/graph/statements/submissions.ts';
import { unsay } from '../stores/graph/statements/support.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Alone, Exclusive } from './exclusive.ts';
import { DELETION_DOCUMENTS_MAX } from './limits.ts';
import { contentsOf, removalsOf, settleRemovals } from './removals.ts';
import { heldAmong, refuseHeld } from './retention/holds.ts';
import { pruneStatements } from './steps/version-statements.ts';

export interface DeletionRequest {
  readonly ids: readonly string[];
  /** Callers' keys, in a collection. */
  readonly keys: readonly string[];
  readonly collectionId: string | null;
  /** Ids of the collections that the caller may write; every one where it is left out. */
  readonly within?: readonly string[] | undefined;
}

/** What was removed, store by store. */
export interface Deletion {
  readonly documentIds: readonly string[];
  /** Asked for and not there. */
  readonly notFound: readonly string[];
  readonly chunks: number;
  readonly mentions: number;
  readonly statements: number;
  readonly relationships: number;
  readonly entities: number;
  readonly names: number;
  readonly vectors: number;
  readonly postings: number;
  readonly contents: number;
}

export interface DeleteTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  readonly exclusive: Exclusive;
}

export function deleteDocuments(
  tools: DeleteTools,
  tenant: string,
  request: DeletionRequest,
): Promise<Deletion> {
  const asked = askedIds(request);
  return tools.exclusive((alone) =>
    deleteFound({ ...tools, ...alone }, tenant, {
      asked,
      choose: async (documents) => {
        const found = documents.filter(({ collectionId }) => request.within?.includes(collectionId) ?? true);
        refuseHeld('document', await heldAmong(alone.graph, tenant, found));
        return found;
      },
    }),
  );
}

/** The same, where those that are held, or have changed since, are left as they are. */
export function deleteUnheld(
  tools: DeleteTools,
  tenant: string,
  { ids, unchangedSince }: { readonly ids: readonly string[]; readonly unchangedSince: string },
): Promise<Deletion> {
  return tools.exclusive((alone) =>
    deleteFound({ ...tools, ...alone }, tenant, {
      asked: new Map(ids.map((id) => [id, id])),
      choose: async (documents) => {
        const held = await heldAmong(alone.graph, tenant, documents);
        return documents.filter(({ id, updatedAt }) => !held.has(id) && updatedAt < unchangedSince);
      },
    }),
  );
}

/**
 * The same of what `choose` chooses once nobody else changes the index, where it reads from the graph given. `beside` is
 * done in the same transaction.
 */
export function deleteChosen(
  tools: DeleteTools,
  tenant: string,
  {
    ids,
    choose,
    beside,
  }: {
    readonly ids: readonly string[];
    readonly choose: (
      documents: readonly DocumentNode[],
      graph: GraphStore,
    ) => Promise<readonly DocumentNode[]>;
    readonly beside: (documents: readonly DocumentNode[]) => readonly Statement<unknown>[];
  },
): Promise<Deletion> {
  return tools.exclusive((alone) =>
    deleteFound({ ...tools, ...alone }, tenant, {
      asked: new Map(ids.map((id) => [id, id])),
      choose: (documents) => choose(documents, alone.graph),
      beside,
    }),
  );
}

/** Ids as given, and those that keys stand for, each with what the caller called it. */
function askedIds({ ids, keys, collectionId }: DeletionRequest): ReadonlyMap<string, string> {
  if (ids.length + keys.length === 0)
    throw badInput('input', 'names no document. Give "ids", or "keys" with a "collection".');
  if (ids.length + keys.length > DELETION_DOCUMENTS_MAX) {
    throw badInput(
      'input',
      `names ${ids.length + keys.length} documents and may name ${DELETION_DOCUMENTS_MAX}.`,
    );
  }
  if (keys.length > 0 && collectionId === null)
    throw badInput('input.collection', 'is missing: keys are unique in a collection only.');
  return new Map([
    ...ids.map((id) => [id, id] as const),
    ...keys.map((key) => [documentId(collectionId ?? '', { key }), key] as const),
  ]);
}

async function deleteFound(
  tools: Omit<DeleteTools, 'exclusive'> & Alone,
  tenant: string,
  {
    asked,
    choose,
    beside = () => [],
  }: {
    /** Ids, each with what the caller called it. */
    readonly asked: ReadonlyMap<string, string>;
    readonly choose: (documents: readonly DocumentNode[]) => Promise<readonly DocumentNode[]>;
    readonly beside?: (documents: readonly DocumentNode[]) => readonly Statement<unknown>[];
  },
): Promise<Deletion> {
  const found = await choose(await tools.graph.read(documentsByIds(tenant, [...asked.keys()])));
  const ids = found.map(({ id }) => id);
  const existing = new Set(ids);
  const notFound = [...asked].filter(([id]) => !existing.has(id)).map(([, name]) => name);
  const chunkIds = (await tools.graph.read(chunkDigests(ids))).map(({ chunkId }) => chunkId);

  const removals = removalsOf(tenant, {
    DOCUMENT: ids,
    CHUNK: chunkIds,
    CONTENT: [...(await tools.graph.read(contentsOfDocuments(ids))), ...found.flatMap(contentsOf)],
  });

  const [unsayMentions, unsayEvidence] = unsay(chunkIds);
  const prune = await pruneStatements(tools.graph, chunkIds);
  const [mentions, evidence, ...rest] = await tools.graph.write([
    unsayMentions,
    unsayEvidence,
    ...prune,
    deleteChunks(chunkIds),
    ...deleteSubmissionsOfDocuments(ids),
    removeDocuments(ids),
    putRemovals(removals),
    // Copies of what was brought back from an archive; whoever keeps archives removes them from the target.
    dropArchivesOf(ids, ['BROUGHT_BACK']),
    ...beside(found),
  ]);
  const removed = await settleRemovals(tools, removals);
  return {
    documentIds: ids,
    notFound,
    chunks: chunkIds.length,
    mentions: sumOf(mentions),
    statements: sumOf(evidence),
    relationships: prune.length === 0 ? 0 : sumOf(rest[1]),
    entities: prune.length === 0 ? 0 : sumOf(rest[3]),
    names: prune.length === 0 ? 0 : sumOf(rest[4]),
    ...removed,
  };
}

function sumOf(rows: readonly unknown[] | undefined): number {
  return (rows ?? []).reduce<number>((sum, row) => sum + Number(row), 0);
}
