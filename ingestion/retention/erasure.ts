/**
 * Erasure for somebody: every document that names them, or is theirs by its metadata, goes with all that only it
 * supports, from archives as well; then every store is asked what is left. Of what was erased only ids of documents and of
 * names are kept, and hashes of what metadata was asked for, so that it can be done again after a restore.
 */

import { randomUUID } from 'node:crypto';
import type { ArchivedDocument } from '../../model/archive.ts';
import { toErasedSelection } from '../../model/erased-selection.ts';
import { entityId, nameId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import type { Erasure } from '../../model/retention.ts';
import { Problem } from '../../platform/errors.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { entitiesNamed } from '../../stores/graph/statements/entities.ts';
import { putErasure } from '../../stores/graph/statements/retention.ts';
import { type Deletion, deleteDocuments } from '../delete.ts';
import { contentsOf } from '../removals.ts';
import {
  batches,
  type ErasurePlan,
  type ErasureReach,
  type ErasureRequest,
  type ErasureTools,
  keysOf,
  reachOf,
} from './erasure-reach.ts';
import { checkReason } from './retention-request.ts';

/** Chunks that are counted where a name is still written. */
const LEFT_COUNTED_MAX = 1_000;

export interface ErasureReceipt {
  readonly id: string;
  readonly documentIds: readonly string[];
  /** Sums of what was removed, store by store. */
  readonly removed: Omit<Deletion, 'documentIds' | 'notFound'> & { readonly archives: number };
  /** What the stores were asked afterwards, and what they still had. */
  readonly left: ErasureRemains;
}

export interface ErasureRemains {
  /** Of the documents. */
  readonly documents: number;
  /** Entities that are still called so: other documents name them. */
  readonly entities: number;
  /** Chunks in which one of the names is still written, at most 1,000. */
  readonly chunks: number;
  /** Contents of the documents that are still there. */
  readonly contents: number;
  /** Archives of which something still lies in the target. */
  readonly archives: number;
}

export interface Erasures {
  plan(tenant: string, request: Omit<ErasureRequest, 'reason'>, signal?: AbortSignal): Promise<ErasurePlan>;
  /** Rejects with CONFLICT where a legal hold keeps one of the documents; then nothing is erased. */
  erase(principal: Principal, request: ErasureRequest): Promise<ErasureReceipt>;
}

export function createErasures(tools: ErasureTools): Erasures {
  /** Somebody is also who stands under a pseudonym. */
  const withPseudonyms = async <Request extends Pick<ErasureRequest, 'names'>>(
    tenant: string,
    request: Request,
  ): Promise<Request> => ({
    ...request,
    names: [...request.names, ...(await tools.pseudonymsOf(tenant, request.names))],
  });
  return {
    plan: async (tenant, asked, signal) => {
      const request = await withPseudonyms(tenant, asked);
      const { documentIds, archives, held } = await reachOf(tools, tenant, request, signal);
      return { documentIds, archiveIds: archives.map(({ id }) => id), held };
    },
    erase: async (principal, asked) => {
      const { tenant } = principal;
      const request = await withPseudonyms(tenant, asked);
      const reason = checkReason(request.reason);
      const reach = await reachOf(tools, tenant, request);
      refuseHeld(reach);
      if (reach.archives.length > 0) tools.archives.requireTarget();
      const id = `era_${randomUUID()}`;
      const note = noteWith(tools, principal, { id, reason, ...askedFor(tenant, request.names, reach) });
      // Also where nothing is there: a backup may have what was deleted before.
      await note([]);
      // Archives first: nothing is brought back from them any more.
      const { erased, coming } = await eraseArchives(tools, tenant, reach, note);
      const documentIds = [...new Set([...reach.documentIds, ...coming])];
      const contents = await contentsHeld(tools, tenant, documentIds);
      const removed: Deletion[] = [];
      for (const ids of batches(documentIds)) {
        // Noted first: what a crash leaves half erased is done again with the note, or by asking again.
        await note(ids);
        removed.push(await deleteDocuments(tools, tenant, { ids, keys: [], collectionId: null }));
      }
      const archiveIds = [...erased, ...(await eraseLate(tools, tenant, documentIds))];
      return {
        id,
        documentIds: [...new Set([...documentIds, ...reach.archives.map(({ documentId }) => documentId)])],
        removed: { ...sumOf(removed), archives: archiveIds.length },
        left: await remains(tools, tenant, { request, documentIds, contents, archiveIds }),
      };
    },
  };
}

function refuseHeld({ documentIds, archives, held }: ErasureReach): void {
  const [first] = held;
  if (first === undefined) return;
  throw new Problem(
    'CONFLICT',
    `The legal hold "${first.hold}" keeps ${held.length} of the ${documentIds.length + archives.length} documents, such as ${first.documentId}. Nothing was erased. Release the hold first.`,
  );
}

type AskedFor = Pick<Erasure, 'subjects' | 'selection'>;

/** As the graph calls whoever is called so, and what their metadata says. */
function askedFor(tenant: string, names: readonly string[], { selection }: ErasureReach): AskedFor {
  return {
    subjects: keysOf(names).flatMap((key) => [entityId(tenant, key), nameId(tenant, key)]),
    selection: selection === null ? null : toErasedSelection(tenant, selection),
  };
}

/** What is written for restores, part by part. */
type Note = (documentIds: readonly string[]) => Promise<void>;

function noteWith(
  { graph, now }: ErasureTools,
  { tenant, subject: erasedBy }: Principal,
  { id, reason, ...asked }: Pick<Erasure, 'id' | 'reason'> & AskedFor,
): Note {
  let parts = 0;
  return async (documentIds) => {
    const number = parts++;
    const part = `${id}-${String(number).padStart(4, '0')}`;
    const ofFirst: AskedFor = number === 0 ? asked : { subjects: [], selection: null };
    const at = now().toISOString();
    await graph.write([putErasure({ id: part, tenant, at, erasedBy, reason, documentIds, ...ofFirst })]);
  };
}

/** Gives what was erased, and the documents that were on their way back from it, or came back since they were looked for. */
async function eraseArchives(
  { archives }: ErasureTools,
  tenant: string,
  reach: ErasureReach,
  note: Note,
): Promise<{ readonly erased: readonly string[]; readonly coming: readonly string[] }> {
  for (const ids of batches(reach.archives.map(({ documentId }) => documentId))) await note(ids);
  const before = new Map(reach.archives.map(({ id, state }) => [id, state]));
  const erased = await archives.erase(tenant, [...before.keys()]);
  const isComing = ({ id, state }: ArchivedDocument) =>
    state === 'BRINGING_BACK' || (state === 'BROUGHT_BACK' && before.get(id) !== 'BROUGHT_BACK');
  return {
    erased: erased.map(({ id }) => id),
    coming: erased.filter(isComing).map(({ documentId }) => documentId),
  };
}

/** What somebody archived between the first look and the deletion. */
async function eraseLate(
  { archives }: ErasureTools,
  tenant: string,
  documentIds: readonly string[],
): Promise<readonly string[]> {
  const late = await archives.about(tenant, { keys: [], entityIds: [], selection: null, documentIds });
  if (late.length === 0) return [];
  const erased = await archives.erase(
    tenant,
    late.map(({ id }) => id),
  );
  return erased.map(({ id }) => id);
}

async function contentsHeld({ graph }: ErasureTools, tenant: string, documentIds: readonly string[]) {
  const hashes = new Set<string>();
  for (const ids of batches(documentIds)) {
    for (const document of await graph.read(documentsByIds(tenant, ids)))
      for (const hash of contentsOf(document)) hashes.add(hash);
  }
  return [...hashes];
}

async function remains(
  { graph, vectors, content, archives }: ErasureTools,
  tenant: string,
  erased: {
    readonly request: ErasureRequest;
    readonly documentIds: readonly string[];
    readonly contents: readonly string[];
    readonly archiveIds: readonly string[];
  },
): Promise<ErasureRemains> {
  const keys = keysOf(erased.request.names);
  let [documents, contents] = [0, 0];
  for (const ids of batches(erased.documentIds))
    documents += (await graph.read(documentsByIds(tenant, ids))).length;
  for (const hashes of batches(erased.contents)) {
    const there = await content.has(hashes.map((hash) => ({ tenant, hash })));
    contents += there.filter(Boolean).length;
  }
  const entities = keys.length === 0 ? [] : await graph.read(entitiesNamed(tenant, keys));
  const written = keys.length === 0 ? [] : await vectors.countPhrases(keys, { tenant }, LEFT_COUNTED_MAX);
  return {
    documents,
    contents,
    archives: await archives.remaining(erased.archiveIds),
    entities: new Set(entities.map(({ id }) => id)).size,
    chunks: Math.min(
      LEFT_COUNTED_MAX,
      written.reduce((sum, count) => sum + count, 0),
    ),
  };
}

function sumOf(deletions: readonly Deletion[]): Omit<ErasureReceipt['removed'], 'archives'> {
  const sum = (of: (deletion: Deletion) => number) => deletions.reduce((total, each) => total + of(each), 0);
  return {
    chunks: sum(({ chunks }) => chunks),
    mentions: sum(({ mentions }) => mentions),
    statements: sum(({ statements }) => statements),
    relationships: sum(({ relationships }) => relationships),
    entities: sum(({ entities }) => entities),
    names: sum(({ names }) => names),
    vectors: sum(({ vectors }) => vectors),
    postings: sum(({ postings }) => postings),
    contents: sum(({ contents }) => contents),
  };
}
