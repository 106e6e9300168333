/** Writing what chunks say: entities, spellings, mentions and relationships. `support.ts` takes it back. */

import type { Entity, Relationship } from '../../../model/knowledge.ts';
import { type Statement, statement } from '../graph-store.ts';

const ignore = (row: unknown) => row;

export type EntityDraft = Omit<Entity, 'aliases'> & { readonly key: string };

/** Makes entities that are not there. One that is keeps its name; its type gives way as `betterType` says. */
export function putEntities(entities: readonly EntityDraft[]): readonly Statement<unknown>[] {
  const described = entities.filter(({ description }) => description !== null);
  return [
    statement(
      'knowledge.putEntities',
      `UNWIND $rows AS r MERGE (e:Entity {id: r.id})
       ON CREATE SET e.tenant = r.tenant, e.key = r.key, e.name = r.name, e.type = r.type
       ON MATCH SET e.type = CASE WHEN e.type = 'VALUE' OR (e.type = 'THING' AND r.type <> 'VALUE')
         THEN r.type ELSE e.type END`,
      { rows: entities.map(({ id, tenant, key, name, type }) => ({ id, tenant, key, name, type })) },
      ignore,
    ),
    ...(described.length === 0 ? [] : [describeEntities(described)]),
  ];
}

function describeEntities(entities: readonly EntityDraft[]): Statement<unknown> {
  return statement(
    'knowledge.describeEntities',
    `UNWIND $rows AS r MATCH (e:Entity {id: r.id}) WHERE e.description IS NULL SET e.description = r.description`,
    { rows: entities.map(({ id, description }) => ({ id, description })) },
    ignore,
  );
}

export interface NameDraft {
  readonly id: string;
  readonly tenant: string;
  readonly key: string;
  readonly text: string;
  readonly entityId: string;
  readonly reason: string;
}

/** Spellings with the entity that each one names. The first spelling of a key and the first reason stay. */
export function putNames(names: readonly NameDraft[]): readonly Statement<unknown>[] {
  return [
    statement(
      'knowledge.putNames',
      `UNWIND $rows AS r MERGE (n:Name {id: r.id})
       ON CREATE SET n.tenant = r.tenant, n.key = r.key, n.text = r.text`,
      { rows: names.map(({ id, tenant, key, text }) => ({ id, tenant, key, text })) },
      ignore,
    ),
    statement(
      'knowledge.linkNames',
      `UNWIND $rows AS r MATCH (n:Name {id: r.id}) MATCH (e:Entity {id: r.entityId})
       MERGE (n)-[a:NAMES]->(e) ON CREATE SET a.reason = r.reason`,
      { rows: names.map(({ id, entityId, reason }) => ({ id, entityId, reason })) },
      ignore,
    ),
  ];
}

export interface MentionDraft {
  readonly chunkId: string;
  readonly entityId: string;
  readonly about: boolean;
  /** What this chunk takes it for and says of it; null where it says nothing. */
  readonly type: string | null;
  readonly description: string | null;
  /** Whether the chunk has it only as the end of a statement, and does not name it as an entity. */
  readonly value: boolean;
  readonly texts: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly reasons: readonly string[];
  /** Of every spelling that the mention supports. */
  readonly keys: readonly string[];
}

export function putMentions(mentions: readonly MentionDraft[]): Statement<unknown> {
  return statement(
    'knowledge.putMentions',
    `UNWIND $rows AS r MATCH (c:Chunk {id: r.chunkId}) MATCH (e:Entity {id: r.entityId})
     MERGE (c)-[m:MENTIONS]->(e) SET m += r.properties`,
    {
      rows: mentions.map(({ chunkId, entityId, about, type, description, value, ...lists }) => ({
        chunkId,
        entityId,
        properties: {
          ...lists,
          ...(about ? { about } : {}),
          ...(type === null ? {} : { type }),
          ...(description === null ? {} : { description }),
          ...(value ? { value } : {}),
        },
      })),
    },
    ignore,
  );
}

export type RelationshipDraft = Omit<Relationship, 'weight'>;

export function putRelationships(relationships: readonly RelationshipDraft[]): readonly Statement<unknown>[] {
  return [
    statement(
      'knowledge.putRelationships',
      `UNWIND $rows AS r MERGE (n:Relationship {id: r.id})
       ON CREATE SET n.tenant = r.tenant, n.sourceId = r.sourceId, n.targetId = r.targetId, n.type = r.type,
         n.description = r.description`,
      { rows: relationships.map((row) => ({ ...row })) },
      ignore,
    ),
    statement(
      'knowledge.linkRelationships',
      `UNWIND $rows AS r MATCH (a:Entity {id: r.sourceId}) MATCH (b:Entity {id: r.targetId})
       MERGE (a)-[e:RELATES {id: r.id}]->(b) ON CREATE SET e.type = r.type`,
      { rows: relationships.map(({ id, sourceId, targetId, type }) => ({ id, sourceId, targetId, type })) },
      ignore,
    ),
  ];
}

export interface EvidenceDraft {
  readonly chunkId: string;
  readonly relationshipId: string;
  /** The sentence of this chunk. */
  readonly description: string | null;
}

export function putEvidence(evidence: readonly EvidenceDraft[]): Statement<unknown> {
  return statement(
    'knowledge.putEvidence',
    `UNWIND $rows AS r MATCH (c:Chunk {id: r.chunkId}) MATCH (n:Relationship {id: r.relationshipId})
     MERGE (c)-[s:STATES]->(n) SET s.description = r.description`,
    { rows: evidence.map((row) => ({ ...row })) },
    ignore,
  );
}

/** How many index changes the graph has committed; the indexes keep the same number. */
export function indexState(): Statement<number> {
  return statement(
    'knowledge.indexState',
    `MATCH (s:IndexState {id: 'indexes'}) RETURN s.value AS value`,
    {},
    (row) => Number(row.value),
  );
}

export function setIndexState(value: number): Statement<unknown> {
  return statement(
    'knowledge.setIndexState',
    `MERGE (s:IndexState {id: 'indexes'}) SET s.value = $value`,
    { value },
    ignore,
  );
}
