/** Putting in the vectors that an index misses: of chunks that were written while nobody could embed them for it. */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import { readyDocuments } from '../stores/graph/ready-documents.ts';
import { chunkDigests, chunksByIds } from '../stores/graph/statements/chunks.ts';
import { documentsByIds } from '../stores/graph/statements/documents.ts';
import { countLateRemovals } from '../stores/graph/statements/removals.ts';
import { countNodes } from '../stores/graph/statements/transfer.ts';
import { toIndexedChunk, toIndexedDocument } from '../stores/vectors/to-indexed.ts';
import type { Embedder } from '../text/embedder.ts';
import type { Alone } from './exclusive.ts';
import type { FillTarget, FillTools } from './fill-index.ts';
import { embedAcceptable } from './steps/embed.ts';

/** Chunks in one change of the index, which is as many as an embedder is asked for at once. */
const CHUNKS_AT_ONCE = 128;
/** Documents whose chunks are looked at together. */
const DOCUMENTS_AT_ONCE = 32;

export interface MissingTarget extends FillTarget {
  readonly embedder: Embedder;
}

/** Ids of chunks that the embedder refuses for what they are: they stay without a vector. */
export type Refused = ReadonlySet<string>;

/** Everything that is missing now. What others write meanwhile may be missing again. */
export async function fillMissing(
  tools: FillTools,
  target: MissingTarget,
  signal: AbortSignal,
): Promise<Refused> {
  const refused = new Set<string>();
  for (let after: string | null = null; !signal.aborted; ) {
    const { chunks, next } = await tools.vectors.missingVectors(
      { after, limit: CHUNKS_AT_ONCE },
      target.index,
    );
    for (const [tenant, ofTenant] of Map.groupBy(chunks, (chunk) => chunk.tenant)) {
      const ids = ofTenant.map(({ chunkId }) => chunkId);
      for (const id of await fillChunks(tools, target, { tenant, ids }, signal)) refused.add(id);
    }
    if (next === null) break;
    after = next;
  }
  return refused;
}

/** These chunks, as they are now; gives those that the embedder refuses. */
async function fillChunks(
  tools: FillTools,
  target: MissingTarget,
  chunks: { readonly tenant: string; readonly ids: readonly string[] },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const drafts = await embedChunks(tools.graph, target, chunks, signal);
  await tools.exclusive((alone) => putVectors({ ...tools, ...alone }, target, drafts));
  return drafts.refused;
}

/**
 * Whether the index has every chunk of the graph, each with a vector but for those that are refused. For whoever has
 * the index alone.
 */
export async function isWhole(
  { graph, vectors }: Pick<FillTools, 'vectors'> & Alone,
  { index }: MissingTarget,
  refused: Refused,
): Promise<boolean> {
  const [[chunks = 0], size] = await Promise.all([graph.read(countNodes('Chunk')), vectors.size(index)]);
  return size.chunks >= chunks && size.vectors >= chunks - refused.size;
}

/**
 * Looks at every chunk of the graph, and puts in those that the index does not have: what a power cut took from files
 * that their engine had not synced. Embeds nothing that is there.
 */
export async function fillUnnoticed(
  tools: FillTools,
  target: MissingTarget,
  signal: AbortSignal,
): Promise<void> {
  for await (const documents of readyDocuments(tools.graph, { limit: DOCUMENTS_AT_ONCE })) {
    if (signal.aborted) return;
    for (const [tenant, ofTenant] of Map.groupBy(documents, (document) => document.tenant)) {
      const present = await tools.graph.read(chunkDigests(ofTenant.map(({ id }) => id)));
      const ids = present.map(({ chunkId }) => chunkId);
      const found = await tools.vectors.vectors(ids, tenant, target.index);
      const lost = ids.filter((_, at) => found[at] === null);
      for (let start = 0; start < lost.length; start += CHUNKS_AT_ONCE)
        await fillChunks(tools, target, { tenant, ids: lost.slice(start, start + CHUNKS_AT_ONCE) }, signal);
    }
  }
}

/**
 * The last of them, for whoever has the index alone, so that nobody adds more. False where there are too many to keep
 * others waiting: then nothing has been done.
 */
export async function fillLastMissing(
  tools: FillTools & Alone,
  target: MissingTarget,
  refused: Refused,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = refused.size + CHUNKS_AT_ONCE;
  const { chunks, next } = await tools.vectors.missingVectors({ after: null, limit }, target.index);
  if (next !== null) return false;
  const left = chunks.filter(({ chunkId }) => !refused.has(chunkId));
  for (const [tenant, ofTenant] of Map.groupBy(left, (chunk) => chunk.tenant)) {
    const ids = ofTenant.map(({ chunkId }) => chunkId);
    await putVectors(tools, target, await embedChunks(tools.graph, target, { tenant, ids }, signal));
  }
  return true;
}

interface Drafts {
  readonly tenant: string;
  readonly ids: readonly string[];
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly refused: readonly string[];
  /** Of each document, the version that was embedded. */
  readonly versions: ReadonlyMap<string, string | null>;
}

async function embedChunks(
  graph: GraphStore,
  { embedder }: MissingTarget,
  { tenant, ids }: { readonly tenant: string; readonly ids: readonly string[] },
  signal: AbortSignal,
): Promise<Drafts> {
  const { chunks, documents } = await readChunks(graph, tenant, ids);
  const known = chunks.flatMap(({ id, documentId, text }) => {
    const document = documents.get(documentId);
    return document === undefined ? [] : [{ id, title: document.title, text }];
  });
  const embedded = await embedAcceptable(embedder, known, signal);
  const vectors = known.map(({ id }, at) => [id, embedded[at] ?? null] as const);
  return {
    tenant,
    ids,
    vectors: new Map(vectors.filter((entry): entry is [string, Float32Array] => entry[1] !== null)),
    refused: vectors.filter(([, vector]) => vector === null).map(([id]) => id),
    versions: new Map([...documents.values()].map(({ id, versionHash }) => [id, versionHash])),
  };
}

async function readChunks(graph: GraphStore, tenant: string, ids: readonly string[]) {
  const chunks = await graph.read(chunksByIds(tenant, ids));
  const documentIds = [...new Set(chunks.map(({ documentId }) => documentId))];
  const documents = await graph.read(documentsByIds(tenant, documentIds));
  return { chunks, documents: new Map(documents.map((document) => [document.id, document])) };
}

/** What changed since it was embedded waits for another time; what the graph does not have leaves the index. */
async function putVectors(
  { graph, vectors }: Pick<FillTools, 'vectors'> & Alone,
  { index, isLive }: MissingTarget,
  drafts: Drafts,
): Promise<void> {
  const { chunks, documents } = await readChunks(graph, drafts.tenant, drafts.ids);
  const present = new Set(chunks.map(({ id }) => id));
  const gone = drafts.ids.filter((id) => !present.has(id));
  if (isLive) await graph.write([countLateRemovals()]);
  const same = [...documents.values()].filter(
    ({ id, versionHash }) => drafts.versions.get(id) === versionHash,
  );
  const sameIds = new Set(same.map(({ id }) => id));
  const indexed = chunks.flatMap((chunk) => {
    const [document, vector] = [documents.get(chunk.documentId), drafts.vectors.get(chunk.id)];
    const isSame = document !== undefined && vector !== undefined && sameIds.has(document.id);
    return isSame ? [toIndexedChunk(document, chunk, vector)] : [];
  });
  const change = {
    tenant: drafts.tenant,
    removeChunkIds: gone,
    documents: same.map(toIndexedDocument),
    chunks: indexed,
  };
  await vectors.apply([change], index);
}
