/** Writing what chunks say: entities, spellings, mentions and relationships. `support.ts` takes it back. */

import type { Entity, Relationship } from '../../../model/knowledge.ts';
import { type Statement, statement } from '../graph-store.ts';

const ignore = (row: unknown) => row;

export type EntityDraft = Omit<Entity, 'aliases' | 'tenant'> & { readonly key: string };

/** Makes entities that are not there. One that is keeps its name; its type gives way as `betterType` says. */
export function putEntities(tenant: string, entities: readonly EntityDraft[]): readonly Statement<unknown>[] {
  const described = entities.filter(({ description }) => description !== null);
  return [
    statement(
      'knowledge.putEntities',
      `UNWIND $rows AS r MERGE (e:Entity {id: r.id})
       ON CREATE SET e.tenant = $tenant, e.key = r.key, e.name = r.name, e.type = r.type
       ON MATCH SET e.type = CASE WHEN e.type = 'VALUE' OR (e.type = 'THING' AND r.type <> 'VALUE')
         THEN r.type ELSE e.type END`,
      { tenant, rows: entities.map(({ id, key, name, type }) => ({ id, key, name, type })) },
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

/** A spelling of an entity beside its own name, which every entity has by being there. */
export interface NameDraft {
  readonly id: string;
  readonly key: string;
  readonly text: string;
  readonly entityId: string;
  readonly reason: string;
}

/** Spellings with the entity that each one names. The first spelling of a key and the first reason stay. */
export function putNames(tenant: string, names: readonly NameDraft[]): readonly Statement<unknown>[] {
  return [
    statement(
      'knowledge.putNames',
      `UNWIND $rows AS r MERGE (n:Name {id: r.id})
       ON CREATE SET n.tenant = $tenant, n.key = r.key, n.text = r.text`,
      { tenant, rows: names.map(({ id, key, text }) => ({ id, key, text })) },
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
  readonly entityId: string;
  readonly about: boolean;
  /** What this chunk takes it for and says of it; null where it says nothing. */
  readonly type: string | null;
  readonly description: string | null;
  /** Whether the chunk has it only as the end of a statement, and does not name it as an entity. */
  readonly value: boolean;
  /** As `writePlaces` gives it; null where the text does not spell the entity. */
  readonly places: string | null;
  /** As `writeUnplaced` gives it; null where the places tell all. */
  readonly unplaced: string | null;
  /** Of every spelling beside the entity's own name that the mention supports. */
  readonly keys: readonly string[];
}

/**
 * Of chunks that mention nothing yet; those that do are left alone, so doing it twice changes nothing. To look once a
 * chunk and then create costs half of merging each mention.
 */
export function createMentions(
  chunks: readonly { readonly chunkId: string; readonly mentions: readonly MentionDraft[] }[],
): Statement<unknown> {
  return statement(
    'knowledge.createMentions',
    `UNWIND $rows AS r MATCH (c:Chunk {id: r.chunkId}) WHERE NOT EXISTS { MATCH (c)-[:MENTIONS]->(:Entity) }
     UNWIND r.mentions AS m MATCH (e:Entity {id: m.entityId})
     CREATE (c)-[:MENTIONS {places: m.places, unplaced: m.unplaced, keys: m.keys, about: m.about, type: m.type,
       description: m.description, value: m.value}]->(e)`,
    {
      rows: chunks.map(({ chunkId, mentions }) => ({ chunkId, mentions: mentions.map(toMentionRow) })),
    },
    ignore,
  );
}

/** What is absent costs nothing on the way to the engine. */
function toMentionRow(mention: MentionDraft) {
  const { entityId, about, type, description, value, places, unplaced, keys } = mention;
  return {
    entityId,
    ...(places === null ? {} : { places }),
    ...(unplaced === null ? {} : { unplaced }),
    ...(keys.length === 0 ? {} : { keys }),
    ...(about ? { about } : {}),
    ...(type === null ? {} : { type }),
    ...(description === null ? {} : { description }),
    ...(value ? { value } : {}),
  };
}

export type RelationshipDraft = Omit<Relationship, 'weight' | 'tenant'>;

export function putRelationships(
  tenant: string,
  relationships: readonly RelationshipDraft[],
): readonly Statement<unknown>[] {
  return [
    statement(
      'knowledge.putRelationships',
      `UNWIND $rows AS r MERGE (n:Relationship {id: r.id})
       ON CREATE SET n.tenant = $tenant, n.sourceId = r.sourceId, n.targetId = r.targetId, n.type = r.type,
         n.description = r.description`,
      { tenant, rows: relationships.map((row) => ({ ...row })) },
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

/** What a chunk states, with its own sentence. As with mentions, of chunks that state nothing yet. */
export function createEvidence(
  chunks: readonly {
    readonly chunkId: string;
    readonly relationships: readonly Pick<RelationshipDraft, 'id' | 'description'>[];
  }[],
): Statement<unknown> {
  return statement(
    'knowledge.createEvidence',
    `UNWIND $rows AS r MATCH (c:Chunk {id: r.chunkId}) WHERE NOT EXISTS { MATCH (c)-[:STATES]->(:Relationship) }
     UNWIND r.stated AS s MATCH (n:Relationship {id: s.id})
     CREATE (c)-[:STATES {description: s.description}]->(n)`,
    {
      rows: chunks.map(({ chunkId, relationships }) => ({
        chunkId,
        stated: relationships.map(({ id, description }) => ({ id, description })),
      })),
    },
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
