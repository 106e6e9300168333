/**
 * Restores a set into an installation that holds nothing: the graph, then the contents that it refers to, then the search
 * indexes. It may be cut off at any moment and begun again; nobody may use the installation before it has ended, which
 * the mark in the graph says.
 */

import { isSameEmbedder } from '../../model/embedding.ts';
import { Problem } from '../../platform/errors.ts';
import { chunksByIds } from '../../stores/graph/statements/chunks.ts';
import { contentsInUse, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { indexState } from '../../stores/graph/statements/knowledge.ts';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
  type CarriedNode,
  type CarriedRelation,
  moveState,
  putEdges,
  putNodes,
  setMoveState,
} from '../../stores/graph/statements/transfer.ts';
import { toIndexedChunk, toIndexedDocument } from '../../stores/vectors/to-indexed.ts';
import { firstUnknown, type MadeMigration } from '../migrations/known.ts';
import { MIGRATIONS } from '../migrations/list.ts';
import type { Installation } from '../move/move.ts';
import { readAhead } from '../move/read-ahead.ts';
import { readyFor } from '../move/ready-for.ts';
import { vectorOf } from './outside-graph.ts';
import { pagesOf } from './pages-of.ts';
import { type ReadOptions, recordsOf } from './read-set.ts';
import type { SetRecord } from './records.ts';
import { isRestored, leaveUnsupported, type RestoredScope } from './restore-part.ts';

export interface RestoreTools extends ReadOptions {
  readonly to: Installation;
  /** Of a larger set only this; everything where it is left out. */
  readonly only?: RestoredScope | null;
  readonly onProgress: (step: string, done: number, total: number) => void;
}

/** Of each in one transaction, or change of the index. */
const NODES_AT_ONCE = 500;
const EDGES_AT_ONCE = 2_000;
const CHUNKS_AT_ONCE = 500;
/** Contents that are put together, and their bytes; one that is larger goes alone. */
const CONTENTS_AT_ONCE = 200;

/** Step of the mark: being restored, restored. */
const UNDER_WAY = 0;
const DONE = 1;

/** Rejects with CONFLICT where there is something else already. */
export async function restoreSet(tools: RestoreTools): Promise<void> {
  const { set, to } = tools;
  const only = tools.only ?? null;
  const source = `backup ${set.manifest.set}`;
  await requireKnownMigrations(tools);
  await begin(to, source, set.manifest.revision);
  const progress = createProgress(tools);
  for (const label of CARRIED_LABELS) {
    const nodes = pagesOf(recordsOf(`node:${label}`, tools), NODES_AT_ONCE);
    for await (const page of readAhead(nodes)) {
      await restoreNodes(to, label, page.map(toNode), only);
      progress(label, page.length);
    }
  }
  for await (const page of readAhead(pagesOf(recordsOf('chunks', tools), EDGES_AT_ONCE))) {
    await restoreChunks(to, page, only);
    progress('Chunk', page.length);
  }
  for (const edge of Object.keys(CARRIED_EDGES) as CarriedEdge[]) {
    for await (const page of readAhead(pagesOf(recordsOf(`edge:${edge}`, tools), EDGES_AT_ONCE))) {
      await to.graph.write([putEdges(edge, page.map(toRelation))]);
      progress(edge, page.length);
    }
  }
  if (only?.collectionId !== undefined) await leaveUnsupported(to.graph, tools.signal);
  for await (const page of readAhead(pagesOf(recordsOf('contents', tools), CONTENTS_AT_ONCE))) {
    await restoreContents(to, page);
    progress('contents', page.length);
  }
  for await (const page of readAhead(pagesOf(recordsOf('vectors', tools), CHUNKS_AT_ONCE))) {
    await restoreIndexed(to, page, set.manifest.embedder);
    progress('search indexes', page.length);
  }
  await completeIndexes(tools);
  await to.graph.write([setMoveState({ source, revision: set.manifest.revision, step: DONE, after: '' })]);
}

async function begin(to: Installation, source: string, revision: number): Promise<void> {
  const [earlier] = await to.graph.read(moveState());
  const ready = earlier === undefined ? await readyFor('Restore', to.graph) : [];
  if (earlier !== undefined && (earlier.source !== source || earlier.step !== UNDER_WAY))
    throw new Problem(
      'CONFLICT',
      `The destination holds "${earlier.source}" already. Restore into an empty one.`,
    );
  await to.graph.write([...ready, setMoveState({ source, revision, step: UNDER_WAY, after: '' })]);
}

async function restoreNodes(
  { graph }: Installation,
  label: CarriedLabel,
  nodes: readonly CarriedNode[],
  only: RestoredScope | null,
): Promise<void> {
  const wanted = nodes.filter(({ properties }) => isRestored(only, label, properties));
  if (wanted.length > 0) await graph.write([putNodes(label, wanted)]);
}

/** A chunk comes before the edges that leave it, and what these lead to is there already. */
async function restoreChunks(
  to: Installation,
  records: readonly SetRecord[],
  only: RestoredScope | null,
): Promise<void> {
  const edges = records.filter(({ header }) => 'edge' in header);
  const nodes = records.filter(({ header }) => !('edge' in header));
  await restoreNodes(to, 'Chunk', nodes.map(toNode), only);
  const writes = [...Map.groupBy(edges, ({ header }) => header['edge'] as CarriedEdge)].map(
    ([edge, ofEdge]) => putEdges(edge, ofEdge.map(toRelation)),
  );
  if (writes.length > 0) await to.graph.write(writes);
}

/** Those that the set lacks are made at the next start. Asked before anything is written. */
async function requireKnownMigrations(tools: ReadOptions): Promise<void> {
  const made: MadeMigration[] = [];
  for await (const records of recordsOf('node:DataMigration', tools))
    made.push(...records.map(({ header }) => header['properties'] as unknown as MadeMigration));
  const strange = firstUnknown(made, MIGRATIONS);
  if (strange === null) return;
  throw new Problem(
    'CONFLICT',
    `The backup is of a newer Trellis, or of another build: it has migration ${strange.number} (${strange.name}), which this version does not know. Restore it with the version that made it (${tools.set.manifest.trellis}), or a newer one.`,
  );
}

/** By records: how many there are stands in the manifest. */
function createProgress({ set, onProgress }: RestoreTools) {
  const total = set.manifest.parts.reduce((sum, { records }) => sum + records, 0);
  let done = 0;
  return (step: string, records: number) => {
    done += records;
    onProgress(step, done, total);
  };
}

function toNode({ header }: SetRecord): CarriedNode {
  return header as unknown as CarriedNode;
}

function toRelation({ header }: SetRecord): CarriedRelation {
  const { source, target, properties } = header as unknown as CarriedRelation;
  return { source, target, properties };
}

/** What was carried ahead and then deleted before the cut does not come back. */
async function restoreContents(
  { graph, content }: Installation,
  records: readonly SetRecord[],
): Promise<void> {
  const items = records.map(({ header, body }) => ({
    tenant: String(header['tenant']),
    hash: String(header['hash']),
    bytes: new Uint8Array(body),
  }));
  for (const [tenant, ofTenant] of Map.groupBy(items, (item) => item.tenant)) {
    const hashes = ofTenant.map(({ hash }) => hash);
    const used = await Promise.all(contentsInUse(tenant, hashes).map((wanted) => graph.read(wanted)));
    const inUse = new Set(used.flat());
    const wanted = ofTenant.filter(({ hash }) => inUse.has(hash));
    if (wanted.length > 0) await content.put(wanted);
  }
}

/** Vectors as they were, where the destination has the same embedder; postings anew, from the graph's own chunks. */
async function restoreIndexed(
  { graph, vectors }: Installation,
  records: readonly SetRecord[],
  embedder: Parameters<typeof isSameEmbedder>[0],
): Promise<void> {
  const { embedder: own } = await vectors.current();
  if (embedder !== null && !isSameEmbedder(embedder, own)) return;
  for (const [tenant, ofTenant] of Map.groupBy(records, ({ header }) => String(header['tenant']))) {
    const found = new Map(ofTenant.map(({ header, body }) => [String(header['chunkId']), vectorOf(body)]));
    const chunks = await graph.read(chunksByIds(tenant, [...found.keys()]));
    const documents = await graph.read(
      documentsByIds(tenant, [...new Set(chunks.map(({ documentId }) => documentId))]),
    );
    const byId = new Map(documents.map((document) => [document.id, document]));
    const indexed = chunks.flatMap((chunk) => {
      const document = byId.get(chunk.documentId);
      return document === undefined ? [] : [toIndexedChunk(document, chunk, found.get(chunk.id))];
    });
    await vectors.apply([{ tenant, documents: documents.map(toIndexedDocument), chunks: indexed }]);
  }
}

/** Where they lagged behind, or another embedder is configured, the next start rebuilds them. */
async function completeIndexes({ to, set }: RestoreTools): Promise<void> {
  const { embedder, indexed } = set.manifest;
  const { embedder: own } = await to.vectors.current();
  if (!indexed || (embedder !== null && !isSameEmbedder(embedder, own))) return;
  const [reached = 0] = await to.graph.read(indexState());
  await to.vectors.recordRevision(reached);
}
