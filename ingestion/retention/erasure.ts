/**
 * Erasure for somebody: every document that names them, or is theirs by its metadata, goes with all that only it
 * supports; then every store is asked what is left. Of what was erased only the ids of documents are kept, which are
 * hashes, so that it can be done again after a restore.
 */

import { randomUUID } from 'node:crypto';
import type { Principal } from '../../model/principal.ts';
import type { DocumentSelection } from '../../model/retention.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { entitiesNamed } from '../../stores/graph/statements/entities.ts';
import { documentsMentioning, putErasure } from '../../stores/graph/statements/retention.ts';
import { entityKey } from '../../text/entity-key.ts';
import { type DeleteTools, type Deletion, deleteDocuments } from '../delete.ts';
import { contentsOf } from '../removals.ts';
import { heldAmong } from './holds.ts';
import { checkReason, checkSelection } from './retention-request.ts';
import { selectedDocuments } from './selected-documents.ts';

/** Documents deleted together, each time while nobody else writes to the indexes. */
const DOCUMENTS_AT_ONCE = 200;
/** Documents of one erasure. */
const DOCUMENTS_MAX = 10_000;
const NAMES_MAX = 20;
/** Chunks that are counted where a name is still written. */
const LEFT_COUNTED_MAX = 1_000;

export interface ErasureRequest {
  /** As the documents write them. */
  readonly names: readonly string[];
  /** Documents whose metadata says that they are theirs; null for none. */
  readonly selection: DocumentSelection | null;
  readonly reason: string;
}

/** What would be erased, or was. */
export interface ErasurePlan {
  readonly documentIds: readonly string[];
  /** Those of the documents that a legal hold keeps, with the name of the hold: then nothing is erased. */
  readonly held: readonly { readonly documentId: string; readonly hold: string }[];
}

export interface ErasureReceipt {
  readonly id: string;
  readonly documentIds: readonly string[];
  /** Sums of what was removed, store by store. */
  readonly removed: Omit<Deletion, 'documentIds' | 'notFound'>;
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
}

export interface ErasureTools extends DeleteTools {
  readonly now: () => Date;
  /** Pseudonyms that stand for such names in this tenant. */
  readonly pseudonymsOf: (tenant: string, names: readonly string[]) => Promise<readonly string[]>;
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
  ): Promise<Request> => {
    if (request.names.length > NAMES_MAX)
      throw badInput('input.names', `has ${request.names.length} names and may have ${NAMES_MAX}.`);
    return { ...request, names: [...request.names, ...(await tools.pseudonymsOf(tenant, request.names))] };
  };
  const plan: Erasures['plan'] = async (tenant, asked, signal) => {
    const request = await withPseudonyms(tenant, asked);
    const documentIds = await findDocuments(tools, tenant, request, signal);
    const held: { documentId: string; hold: string }[] = [];
    for (const ids of batches(documentIds)) {
      const documents = await tools.graph.read(documentsByIds(tenant, ids));
      for (const [documentId, { name }] of await heldAmong(tools.graph, tenant, documents))
        held.push({ documentId, hold: name });
    }
    return { documentIds, held };
  };
  return {
    plan,
    erase: async ({ tenant, subject }, asked) => {
      const request = await withPseudonyms(tenant, asked);
      const reason = checkReason(request.reason);
      const { documentIds, held } = await plan(tenant, asked);
      const [first] = held;
      if (first !== undefined)
        throw new Problem(
          'CONFLICT',
          `The legal hold "${first.hold}" keeps ${held.length} of the ${documentIds.length} documents, such as ${first.documentId}. Nothing was erased. Release the hold first.`,
        );
      const id = `era_${randomUUID()}`;
      const contents = await contentsHeld(tools, tenant, documentIds);
      const removed: Deletion[] = [];
      for (const ids of batches(documentIds)) {
        // Noted first: what a crash leaves half erased is done again with the note, or by asking again.
        const at = tools.now().toISOString();
        const part = `${id}-${String(removed.length).padStart(4, '0')}`;
        await tools.graph.write([
          putErasure({ id: part, tenant, at, erasedBy: subject, reason, documentIds: ids }),
        ]);
        removed.push(await deleteDocuments(tools, tenant, { ids, keys: [], collectionId: null }));
      }
      return {
        id,
        documentIds,
        removed: sumOf(removed),
        left: await remains(tools, tenant, { request, documentIds, contents }),
      };
    },
  };
}

/** By names, by metadata, or both. */
async function findDocuments(
  { graph }: ErasureTools,
  tenant: string,
  { names, selection }: Omit<ErasureRequest, 'reason'>,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  if (names.length === 0 && selection === null)
    throw badInput(
      'input',
      'names nobody. Give "names", or "metadata" that says which documents are theirs.',
    );
  const keys = keysOf(names);
  const found = new Set<string>();
  if (keys.length > 0) {
    const entities = await graph.read(entitiesNamed(tenant, keys));
    const ids = [...new Set(entities.map(({ id }) => id))];
    const limit = DOCUMENTS_MAX + 1;
    if (ids.length > 0)
      for (const id of await graph.read(documentsMentioning(tenant, ids, limit))) found.add(id);
  }
  if (selection !== null) {
    const checked = checkSelection(selection);
    if (checked.metadata.length === 0)
      throw badInput(
        'input.metadata',
        'is empty: a whole collection is nobody’s. Give at least one condition.',
      );
    for await (const page of selectedDocuments(graph, { tenant, selection: checked, before: null }, signal)) {
      for (const { id } of page) found.add(id);
      if (found.size > DOCUMENTS_MAX) break;
    }
  }
  if (found.size > DOCUMENTS_MAX)
    throw badInput('input', `reaches more than ${DOCUMENTS_MAX} documents. Say more exactly whose they are.`);
  return [...found].toSorted();
}

function keysOf(names: readonly string[]): readonly string[] {
  return [
    ...new Set(
      names.map((name, at) => {
        const key = entityKey(name);
        if (key === '') throw badInput(`input.names.${at}`, 'has no letter and no digit.');
        return key;
      }),
    ),
  ];
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
  { graph, vectors, content }: ErasureTools,
  tenant: string,
  erased: {
    readonly request: ErasureRequest;
    readonly documentIds: readonly string[];
    readonly contents: readonly string[];
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
    entities: new Set(entities.map(({ id }) => id)).size,
    chunks: Math.min(
      LEFT_COUNTED_MAX,
      written.reduce((sum, count) => sum + count, 0),
    ),
  };
}

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += DOCUMENTS_AT_ONCE) yield items.slice(at, at + DOCUMENTS_AT_ONCE);
}

function sumOf(deletions: readonly Deletion[]): ErasureReceipt['removed'] {
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
