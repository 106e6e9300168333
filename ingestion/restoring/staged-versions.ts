/**
 * Documents of a staged part of a backup, as new versions for the ordinary way in: with their chunks, what each chunk says
 * by the edges that leave it, and what they hold outside the graph.
 */

import { nameId } from '../../model/ids.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { chunkDigests, chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import type { DocumentNode } from '../../stores/graph/statements/documents.ts';
import type {
  EntityDraft,
  MentionDraft,
  NameDraft,
  RelationshipDraft,
} from '../../stores/graph/statements/knowledge.ts';
import {
  type CarriedNode,
  type CarriedRelation,
  edgesFrom,
  nodesByIds,
} from '../../stores/graph/statements/transfer.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { IdentifiedChunk } from '../steps/chunk.ts';
import type { ChunkSayings } from '../steps/gathering.ts';
import type { NewVersion, WrittenKnowledge } from '../steps/version.ts';

export interface Staged {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
}

/** A document of the backup with all that it holds outside the graph; null where that is not there. */
export interface StagedDocument {
  readonly document: DocumentNode;
  readonly contents: Parameters<ContentStore['put']>[0] | null;
}

export interface StagedVersion extends NewVersion {
  readonly document: DocumentNode;
  readonly contents: Parameters<ContentStore['put']>[0];
}

export interface StagedVersions {
  readonly versions: readonly StagedVersion[];
  /** What the versions state, as the backup has it: each with the sentence that it settled on. */
  readonly relationships: readonly RelationshipDraft[];
}

/** Chunks of one document that are read at once. */
const CHUNKS_AT_ONCE = 500;

/** Those of the documents that have all that they hold; one version a document, in order. */
export async function stagedVersions(
  { graph }: Pick<Staged, 'graph'>,
  tenant: string,
  documents: readonly StagedDocument[],
): Promise<StagedVersions> {
  const whole = documents.flatMap(({ document, contents }) =>
    contents === null ? [] : [{ document, contents }],
  );
  const digests = await graph.read(chunkDigests(whole.map(({ document }) => document.id)));
  const digestOf = new Map(digests.map((digest) => [digest.chunkId, digest]));
  const said = await sayingsOf(graph, tenant, [...digestOf.keys()]);
  const versions: StagedVersion[] = [];
  for (const { document, contents } of whole) {
    const chunks = await chunksOf(graph, document);
    const knowledge = chunks.map(({ id }): WrittenKnowledge => {
      const sayings = said.of(id);
      const { digest = '', base = null } = digestOf.get(id) ?? {};
      const entityIds = sayings.entities.map((entity) => entity.id);
      return { chunkId: id, entityIds, digest, sayings: JSON.stringify(sayings), base, kept: false };
    });
    versions.push({ document, chunks, knowledge, retitled: false, contents });
  }
  return { versions, relationships: said.relationships };
}

async function chunksOf(
  graph: GraphStore,
  { tenant, id }: DocumentNode,
): Promise<readonly IdentifiedChunk[]> {
  const found: IdentifiedChunk[] = [];
  for (let after = -1; ; ) {
    const page = await graph.read(chunksOfDocuments(tenant, [id], { after, limit: CHUNKS_AT_ONCE }));
    for (const { tenant: _, collectionId: __, documentId: ___, ...chunk } of page) found.push(chunk);
    if (page.length < CHUNKS_AT_ONCE) return found;
    after += page.length;
  }
}

/** What each chunk says, read for all of them together. */
async function sayingsOf(graph: GraphStore, tenant: string, chunkIds: readonly string[]) {
  const mentions = await graph.read(edgesFrom('MENTIONS', chunkIds));
  const states = await graph.read(edgesFrom('STATES', chunkIds));
  const keys = new Set(mentions.flatMap(keysOf));
  const nameIds = [...keys].map((key) => nameId(tenant, key));
  const [entityNodes, relationshipNodes, names, links] = await Promise.all([
    graph.read(nodesByIds('Entity', targetsOf(mentions))),
    graph.read(nodesByIds('Relationship', targetsOf(states))),
    graph.read(nodesByIds('Name', nameIds)),
    graph.read(edgesFrom('NAMES', nameIds)),
  ]);
  const entities = new Map(entityNodes.map((node) => [node.id, toEntity(node)]));
  const relationships = new Map(relationshipNodes.map((node) => [node.id, toRelationship(node)]));
  const textOf = new Map(names.map(({ id, properties }) => [id, String(properties['text'] ?? '')]));
  const reasonOf = new Map(
    links.map(({ source, target, properties }) => [`${source}>${target}`, String(properties['reason'])]),
  );
  const mentionsOf = Map.groupBy(mentions, ({ source }) => source);
  const statesOf = Map.groupBy(states, ({ source }) => source);
  const nameOf = (key: string, entityId: string): readonly NameDraft[] => {
    const id = nameId(tenant, key);
    const [text, reason] = [textOf.get(id), reasonOf.get(`${id}>${entityId}`)];
    return text === undefined || reason === undefined ? [] : [{ id, key, text, entityId, reason }];
  };
  const of = (chunkId: string): ChunkSayings => {
    const mentioned = mentionsOf.get(chunkId) ?? [];
    return {
      entities: mentioned.flatMap((mention) => entities.get(mention.target) ?? []),
      names: mentioned.flatMap((mention) => keysOf(mention).flatMap((key) => nameOf(key, mention.target))),
      mentions: mentioned.map(toMention),
      relationships: (statesOf.get(chunkId) ?? []).flatMap(({ target, properties }) => {
        const relationship = relationships.get(target);
        // The chunk's own sentence, of which the relationship's may be another's.
        const description = textOrNull(properties['description']);
        return relationship === undefined ? [] : [{ ...relationship, description }];
      }),
    };
  };
  return { of, relationships: [...relationships.values()] };
}

function targetsOf(edges: readonly CarriedRelation[]): readonly string[] {
  return [...new Set(edges.map(({ target }) => target))];
}

function keysOf({ properties }: CarriedRelation): readonly string[] {
  const keys = properties['keys'];
  return Array.isArray(keys) ? keys.map(String) : [];
}

function toMention({ target, properties }: CarriedRelation): MentionDraft {
  return {
    entityId: target,
    about: properties['about'] === true,
    type: textOrNull(properties['type']),
    description: textOrNull(properties['description']),
    value: properties['value'] === true,
    places: textOrNull(properties['places']),
    unplaced: textOrNull(properties['unplaced']),
    keys: keysOf({ source: '', target, properties }),
  };
}

function toEntity({ id, properties }: CarriedNode): EntityDraft {
  const { key, name, type, description } = properties;
  return {
    id,
    key: String(key),
    name: String(name),
    type: String(type),
    description: textOrNull(description),
  };
}

function toRelationship({ id, properties }: CarriedNode): RelationshipDraft {
  const { sourceId, targetId, type, description } = properties;
  return {
    id,
    sourceId: String(sourceId),
    targetId: String(targetId),
    type: String(type),
    description: textOrNull(description),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
