/** The statements of the switch: what a version changes in the graph, slice by slice, and what it leaves without support. */

import { betterType } from '../../model/knowledge.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import { deleteChunks, putChunks } from '../../stores/graph/statements/chunks.ts';
import { putDocuments } from '../../stores/graph/statements/documents.ts';
import {
  createEvidence,
  createMentions,
  type EntityDraft,
  putEntities,
  putNames,
  putRelationships,
} from '../../stores/graph/statements/knowledge.ts';
import {
  deriveAnew,
  entitiesMentionedBy,
  namesOf,
  pruneNames,
  pruneUnsupported,
  relationshipsStatedBy,
  unsay,
} from '../../stores/graph/statements/support.ts';
import { unique } from '../unique.ts';
import type { IdentifiedChunk } from './chunk.ts';
import { type ChunkKnowledge, type ChunkSayings, readSayings } from './gathering.ts';
import type { NewVersion, VersionChange, WrittenKnowledge } from './version.ts';

/** Chunks whose rows exist at once while a version is written; a large document is sent to the graph in slices. */
const CHUNKS_IN_SLICE = 1_000;

/** The statements of the switch, in the order that they depend on each other; each is made when it is asked for. */
export function* graphChange(
  tenant: string,
  versions: readonly NewVersion[],
  change: VersionChange,
  prune: readonly Statement<unknown>[],
): Generator<Statement<unknown>> {
  const loosened = [...change.removed, ...change.rewritten];
  if (loosened.length > 0) yield* unsay(loosened);
  if (change.removed.length > 0) yield deleteChunks(change.removed);
  for (const written of slicesOf(change.written))
    yield putChunks(written.map(({ version, chunk, knowledge }) => toChunkNode(version, chunk, knowledge)));
  for (const said of slicesOf(change.said)) yield* knowledgeStatements(tenant, said);
  yield* prune;
  yield putDocuments(versions.map(({ document }) => document));
}

function* slicesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += CHUNKS_IN_SLICE) yield items.slice(at, at + CHUNKS_IN_SLICE);
}

function toChunkNode({ document }: NewVersion, chunk: IdentifiedChunk, { digest, base }: WrittenKnowledge) {
  const { tenant, collectionId, id: documentId } = document;
  return { ...chunk, tenant, collectionId, documentId, digest, base };
}

/** Behind what makes the chunks, and what made them say nothing: they are taken to say nothing yet. */
function knowledgeStatements(
  tenant: string,
  chunks: readonly ChunkKnowledge[],
): readonly Statement<unknown>[] {
  const said = chunks.map((chunk) => ({ chunkId: chunk.chunkId, ...readSayings(chunk) }));
  const all = <Part>(part: (sayings: ChunkSayings) => readonly Part[]) => said.flatMap(part);
  const names = unique(
    all((sayings) => sayings.names),
    ({ id, entityId }) => `${id}>${entityId}`,
  );
  const relationships = unique(
    all((sayings) => sayings.relationships),
    ({ id }) => id,
  );
  return [
    ...putEntities(tenant, joined(all(({ entities }) => entities))),
    ...(names.length === 0 ? [] : putNames(tenant, names)),
    createMentions(said),
    ...putRelationships(tenant, relationships),
    createEvidence(said),
  ];
}

/** Each entity once, with the best that its drafts know. */
function joined(drafts: readonly EntityDraft[]): readonly EntityDraft[] {
  const byId = new Map<string, EntityDraft>();
  for (const draft of drafts) {
    const known = byId.get(draft.id);
    const type = known === undefined ? draft.type : betterType(known.type, draft.type);
    const description = known?.description ?? draft.description;
    byId.set(draft.id, { ...draft, name: known?.name ?? draft.name, type, description });
  }
  return [...byId.values()];
}

/** Takes away what hung on these chunks alone. The candidates are read before, the verdict falls inside. */
export async function pruneStatements(
  graph: GraphStore,
  chunkIds: readonly string[],
): Promise<readonly Statement<unknown>[]> {
  if (chunkIds.length === 0) return [];
  const [entityIds, relationshipIds] = await Promise.all([
    graph.read(entitiesMentionedBy(chunkIds)),
    graph.read(relationshipsStatedBy(chunkIds)),
  ]);
  const nameIds = await graph.read(namesOf(entityIds));
  const { edges, relationships, links, entities } = pruneUnsupported({ entityIds, relationshipIds });
  return [
    edges,
    relationships,
    links,
    entities,
    pruneNames(nameIds),
    ...deriveAnew({ entityIds, relationshipIds }),
  ];
}
