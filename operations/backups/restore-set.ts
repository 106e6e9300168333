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
import type { Installation } from '../move/installation.ts';
import { readAhead } from '../move/read-ahead.ts';
import { readyFor } from '../move/ready-for.ts';
import { vectorOf } from './outside-graph.ts';
import { pagesOf } from './pages-of.ts';
import { type ReadOptions, recordsOf } from './read-set.ts';
import type { SetRecord } from './records.ts';
import { isRestored, leaveUnsupported, type RestoredScope } from './restore-part.ts';
import { sideBySide } from './side-by-side.ts';

export interface RestoreTools extends ReadOptions {
  readonly to: Installation;
  /** Of a larger set only this; everything where it is left out. */
  readonly only?: RestoredScope | null;
  readonly onProgress: (step: string, done: number, total: number) => void;
}

/** Of each in one transaction, or change of the index: each waits for the disk once. */
const NODES_AT_ONCE = 2_000;
const EDGES_AT_ONCE = 5_000;
const CHUNKS_AT_ONCE = 500;
/** Contents that are put together. */
const CONTENTS_AT_ONCE = 1_000;

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
  const restoring = { ...tools, only, progress: createProgress(tools) };
  await restoreLabels(restoring);
  // Contents and indexes have threads of their own, which wait for the graph only as far as they ask it.
  await together(restoring, [restoreChunks, restoreContents]);
  await together(restoring, [restoreEdges, restoreIndexes]);
  if (only?.collectionId !== undefined) await leaveUnsupported(to.graph, tools.signal);
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

interface Restoring extends RestoreTools {
  readonly only: RestoredScope | null;
  readonly progress: (step: string, records: number) => void;
}

function together(
  restoring: Restoring,
  steps: readonly ((restoring: Restoring) => Promise<void>)[],
): Promise<void> {
  return sideBySide(
    restoring.signal,
    steps.map((step) => (signal) => step({ ...restoring, signal })),
  );
}

/** Records of a kind in pages, the next of which is read while one is written. */
function pages(restoring: Restoring, kind: string, limit: number): AsyncIterable<readonly SetRecord[]> {
  return readAhead(pagesOf(recordsOf(kind, restoring), limit));
}

async function restoreLabels(restoring: Restoring): Promise<void> {
  const { to, only, progress } = restoring;
  for (const label of CARRIED_LABELS) {
    for await (const page of pages(restoring, `node:${label}`, NODES_AT_ONCE)) {
      const nodes = nodesOf(label, page, only);
      if (nodes.length > 0) await to.graph.write([putNodes(label, nodes)]);
      progress(label, page.length);
    }
  }
}

/** A chunk comes before the edges that leave it, and what these lead to is there already. */
async function restoreChunks(restoring: Restoring): Promise<void> {
  const { to, only, progress } = restoring;
  for await (const page of pages(restoring, 'chunks', EDGES_AT_ONCE)) {
    const { nodes = [], edges = [] } = Object.groupBy(page, ({ header }) =>
      'edge' in header ? 'edges' : 'nodes',
    );
    const ofEdge = Map.groupBy(edges, ({ header }) => header['edge'] as CarriedEdge);
    await to.graph.write([
      putNodes('Chunk', nodesOf('Chunk', nodes, only)),
      ...[...ofEdge].map(([edge, relations]) => putEdges(edge, relations.map(toRelation))),
    ]);
    progress('Chunk', page.length);
  }
}

async function restoreEdges(restoring: Restoring): Promise<void> {
  const { to, progress } = restoring;
  for (const edge of Object.keys(CARRIED_EDGES) as CarriedEdge[]) {
    for await (const page of pages(restoring, `edge:${edge}`, EDGES_AT_ONCE)) {
      await to.graph.write([putEdges(edge, page.map(toRelation))]);
      progress(edge, page.length);
    }
  }
}

async function restoreContents(restoring: Restoring): Promise<void> {
  for await (const page of pages(restoring, 'contents', CONTENTS_AT_ONCE)) {
    await putContents(restoring.to, page);
    restoring.progress('contents', page.length);
  }
}

async function restoreIndexes(restoring: Restoring): Promise<void> {
  for await (const page of pages(restoring, 'vectors', CHUNKS_AT_ONCE)) {
    await putIndexed(restoring.to, page, restoring.set.manifest.embedder);
    restoring.progress('search indexes', page.length);
  }
}

function nodesOf(
  label: CarriedLabel,
  records: readonly SetRecord[],
  only: RestoredScope | null,
): readonly CarriedNode[] {
  return records.map(toNode).filter(({ properties }) => isRestored(only, label, properties));
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
async function putContents({ graph, content }: Installation, records: readonly SetRecord[]): Promise<void> {
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
async function putIndexed(
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
