/** What chunks support, and taking it back: whatever hangs on nothing any more goes, and what is left is derived anew. */

import { type Statement, statement } from '../graph-store.ts';
import { textOf } from './rows.ts';

const ignore = (row: unknown) => row;

/** What hangs on some chunks, and may hang on nothing once they are gone. */
export interface Dependents {
  readonly entityIds: readonly string[];
  readonly relationshipIds: readonly string[];
}

export function entitiesMentionedBy(chunkIds: readonly string[]): Statement<string> {
  return statement(
    'knowledge.entitiesMentionedBy',
    `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId})-[:MENTIONS]->(e:Entity) RETURN DISTINCT e.id AS id`,
    { chunkIds },
    (row) => textOf(row.id),
  );
}

export function relationshipsStatedBy(chunkIds: readonly string[]): Statement<string> {
  return statement(
    'knowledge.relationshipsStatedBy',
    `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId})-[:STATES]->(r:Relationship) RETURN DISTINCT r.id AS id`,
    { chunkIds },
    (row) => textOf(row.id),
  );
}

/** Takes away what chunks say, and leaves the chunks. Each statement gives how much it was. */
export function unsay(
  chunkIds: readonly string[],
): readonly [mentions: Statement<number>, evidence: Statement<number>] {
  return [
    statement(
      'knowledge.unsayMentions',
      `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId})-[m:MENTIONS]->(:Entity) DELETE m RETURN count(*) AS count`,
      { chunkIds },
      (row) => Number(row.count),
    ),
    statement(
      'knowledge.unsayEvidence',
      `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId})-[s:STATES]->(:Relationship) DELETE s RETURN count(*) AS count`,
      { chunkIds },
      (row) => Number(row.count),
    ),
  ];
}

/** Of these, what no chunk supports any more: read inside the transaction, behind what took the support away. */
export function pruneUnsupported({ entityIds, relationshipIds }: Dependents): {
  readonly edges: Statement<unknown>;
  readonly relationships: Statement<number>;
  readonly links: Statement<unknown>;
  readonly entities: Statement<number>;
} {
  return {
    edges: statement(
      'knowledge.pruneEdges',
      `UNWIND $relationshipIds AS id MATCH (r:Relationship {id: id}) WHERE NOT EXISTS { MATCH (:Chunk)-[:STATES]->(r) }
       WITH r.id AS id, r.sourceId AS sourceId MATCH (a:Entity {id: sourceId})-[e:RELATES]->(:Entity) WHERE e.id = id DELETE e`,
      { relationshipIds },
      ignore,
    ),
    relationships: statement(
      'knowledge.pruneRelationships',
      `UNWIND $relationshipIds AS id MATCH (r:Relationship {id: id}) WHERE NOT EXISTS { MATCH (:Chunk)-[:STATES]->(r) }
       DETACH DELETE r RETURN count(*) AS count`,
      { relationshipIds },
      (row) => Number(row.count),
    ),
    links: statement(
      'knowledge.pruneNameLinks',
      `UNWIND $entityIds AS id MATCH (e:Entity {id: id})<-[a:NAMES]-(n:Name)
       WHERE NOT EXISTS { MATCH (e)<-[m:MENTIONS]-(:Chunk) WHERE n.key IN m.keys } DELETE a`,
      { entityIds },
      ignore,
    ),
    entities: statement(
      'knowledge.pruneEntities',
      `UNWIND $entityIds AS id MATCH (e:Entity {id: id}) WHERE NOT EXISTS { MATCH (:Chunk)-[:MENTIONS]->(e) }
       DETACH DELETE e RETURN count(*) AS count`,
      { entityIds },
      (row) => Number(row.count),
    ),
  };
}

/**
 * What is said of entities and relationships is said by chunks: where none of those that are left says it, it gives way
 * to what one of them does say, the first by id, or to nothing. Read behind what took the support away.
 */
export function deriveAnew({ entityIds, relationshipIds }: Dependents): readonly Statement<unknown>[] {
  const ofEntities = (name: string, cypher: string) => statement(name, cypher, { entityIds }, ignore);
  const ofRelationships = (name: string, cypher: string) =>
    statement(name, cypher, { relationshipIds }, ignore);
  return [
    ofEntities(
      'knowledge.replaceTypes',
      `${UNSAID_TYPES} WITH e MATCH (e)<-[m:MENTIONS]-(c:Chunk) WHERE m.type IS NOT NULL
       WITH e, m.type AS type, c.id AS chunkId ORDER BY chunkId WITH e, collect(type) AS said SET e.type = said[0]`,
    ),
    ofEntities('knowledge.dropTypes', `${UNSAID_TYPES} SET e.type = 'THING'`),
    ofEntities(
      'knowledge.dropNames',
      `UNWIND $entityIds AS id MATCH (e:Entity {id: id}) WHERE e.type = 'THING'
       AND NOT EXISTS { MATCH (e)<-[m:MENTIONS]-(:Chunk) WHERE m.value IS NULL } SET e.type = 'VALUE'`,
    ),
    ofEntities(
      'knowledge.replaceDescriptions',
      `${UNSAID_DESCRIPTIONS} WITH e MATCH (e)<-[m:MENTIONS]-(c:Chunk) WHERE m.description IS NOT NULL
       WITH e, m.description AS description, c.id AS chunkId ORDER BY chunkId
       WITH e, collect(description) AS said SET e.description = said[0]`,
    ),
    ofEntities('knowledge.dropDescriptions', `${UNSAID_DESCRIPTIONS} SET e.description = null`),
    ofRelationships(
      'knowledge.replaceSentences',
      `${UNSAID_SENTENCES} WITH r MATCH (r)<-[s:STATES]-(c:Chunk) WHERE s.description IS NOT NULL
       WITH r, s.description AS description, c.id AS chunkId ORDER BY chunkId
       WITH r, collect(description) AS said SET r.description = said[0]`,
    ),
    ofRelationships('knowledge.dropSentences', `${UNSAID_SENTENCES} SET r.description = null`),
  ];
}

const UNSAID_TYPES = `UNWIND $entityIds AS id MATCH (e:Entity {id: id}) WHERE e.type <> 'THING' AND e.type <> 'VALUE'
  AND NOT EXISTS { MATCH (e)<-[m:MENTIONS]-(:Chunk) WHERE m.type = e.type }`;
const UNSAID_DESCRIPTIONS = `UNWIND $entityIds AS id MATCH (e:Entity {id: id}) WHERE e.description IS NOT NULL
  AND NOT EXISTS { MATCH (e)<-[m:MENTIONS]-(:Chunk) WHERE m.description = e.description }`;
const UNSAID_SENTENCES = `UNWIND $relationshipIds AS id MATCH (r:Relationship {id: id}) WHERE r.description IS NOT NULL
  AND NOT EXISTS { MATCH (r)<-[s:STATES]-(:Chunk) WHERE s.description = r.description }`;

/** Spellings of these entities, before a change: those that name nothing afterwards go. */
export function namesOf(entityIds: readonly string[]): Statement<string> {
  return statement(
    'knowledge.namesOf',
    'UNWIND $entityIds AS id MATCH (e:Entity {id: id})<-[:NAMES]-(n:Name) RETURN DISTINCT n.id AS id',
    { entityIds },
    (row) => textOf(row.id),
  );
}

export function pruneNames(nameIds: readonly string[]): Statement<number> {
  return statement(
    'knowledge.pruneNames',
    `UNWIND $nameIds AS id MATCH (n:Name {id: id}) WHERE NOT EXISTS { MATCH (n)-[:NAMES]->(:Entity) }
     DETACH DELETE n RETURN count(*) AS count`,
    { nameIds },
    (row) => Number(row.count),
  );
}
