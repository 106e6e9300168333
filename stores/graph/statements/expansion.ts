/** What the graph arm reads on its way from a question's names to chunks. Plain rows: the engine groups slowly. */

import { VALUE } from '../../../model/knowledge.ts';
import { type Row, type Statement, statement } from '../graph-store.ts';
import { READABLE, TYPE_OF_SAID, TYPE_SAID } from './sayings.ts';
import { OTHER_SPELLING, OWN_NAME, toSpelledKeys } from './spelled-keys.ts';

/** An entity that a spelling may mean. */
export interface NamedEntity {
  readonly key: string;
  readonly entityId: string;
  /** How many chunks of the tenant mention it. */
  readonly spread: number;
}

/** Constant time in each engine, where a MATCH would visit every mention of a busy entity. */
const SPREAD = 'COUNT { (e)<-[:MENTIONS]-() }';
/** A mention that the walk goes along: two chunks that end a statement in the same value may have nothing in common. */
const NAMES_IT = 'm.value IS NULL';
/** Types that the walk does not go through: two events of one day have nothing else in common, as two values. */
const WALKED = `e.type <> 'DATE' AND e.type <> '${VALUE}'`;

const FOUND = `WHERE e.tenant = $tenant AND ${WALKED}`;
const COUNTED = `${FOUND} RETURN s.key AS key, e.id AS entityId, ${SPREAD} AS spread`;
const SPELLED = `${OWN_NAME} ${COUNTED} UNION ${OTHER_SPELLING} ${COUNTED} ORDER BY key, entityId LIMIT $limit`;
/** Of the chunks inside, which say themselves what the entity is; at least one of them has to spell it so. */
const MENTIONED_WITHIN = `WHERE e.tenant = $tenant MATCH (e)<-[m:MENTIONS]-(c:Chunk) WHERE ${READABLE}`;
const SPELLED_WITHIN = `${OWN_NAME} ${MENTIONED_WITHIN}
    WITH s.key AS key, e.id AS entityId, count(c) AS spread, ${TYPE_SAID}
    WITH key, entityId, spread, ${TYPE_OF_SAID} AS type WHERE type <> 'DATE' AND type <> '${VALUE}'
    RETURN key, entityId, spread
  UNION ${OTHER_SPELLING} ${MENTIONED_WITHIN}
    WITH s.key AS key, e.id AS entityId, count(c) AS spread, ${TYPE_SAID},
      sum(CASE WHEN s.key IN m.keys THEN 1 ELSE 0 END) AS spellings WHERE spellings > 0
    WITH key, entityId, spread, ${TYPE_OF_SAID} AS type WHERE type <> 'DATE' AND type <> '${VALUE}'
    RETURN key, entityId, spread ORDER BY key, entityId LIMIT $limit`;

/**
 * The entities that any of these canonical keys may mean, in no order: at most `limit` beside those named so.
 * `within`: ids of collections whose chunks alone may say so, and are counted; null for every one.
 */
export function entitiesSpelled(
  tenant: string,
  keys: readonly string[],
  { limit, within }: { readonly limit: number; readonly within: readonly string[] | null },
): Statement<NamedEntity> {
  return statement(
    'expansion.entitiesSpelled',
    within === null ? SPELLED : SPELLED_WITHIN,
    { tenant, spelled: toSpelledKeys(tenant, keys), limit, ...(within === null ? {} : { within }) },
    (row) => ({ key: String(row.key), entityId: String(row.entityId), spread: Number(row.spread) }),
  );
}

/** A chunk that mentions an entity. */
export interface MentioningChunk {
  readonly entityId: string;
  readonly chunkId: string;
  readonly documentId: string;
  /** Whether the chunk's document is named after the entity. */
  readonly about: boolean;
}

export interface ExpansionBounds {
  readonly tenant: string;
  /** Null for every collection of the tenant. */
  readonly collectionIds: readonly string[] | null;
  /** Chunks of each entity. */
  readonly limit: number;
}

/** Chunks that mention each entity: those of documents named after it first, then by id. */
export function chunksMentioning(
  { tenant, collectionIds, limit }: ExpansionBounds,
  entityIds: readonly string[],
): Statement<MentioningChunk> {
  const inCollections = collectionIds === null ? '' : 'AND c.collectionId IN $collectionIds';
  return statement(
    'expansion.chunksMentioning',
    `UNWIND $entityIds AS entityId
     MATCH (e:Entity {id: entityId})<-[m:MENTIONS]-(c:Chunk) WHERE c.tenant = $tenant AND ${NAMES_IT} ${inCollections}
     WITH entityId, c, coalesce(m.about, false) AS about ORDER BY about DESC, c.id
     WITH entityId, collect({id: c.id, documentId: c.documentId, about: about}) AS chunks
     UNWIND chunks[0..$limit] AS chunk
     RETURN entityId, chunk.id AS chunkId, chunk.documentId AS documentId, chunk.about AS about`,
    { tenant, entityIds, limit, ...(collectionIds === null ? {} : { collectionIds }) },
    (row) => ({
      entityId: String(row.entityId),
      chunkId: String(row.chunkId),
      documentId: String(row.documentId),
      about: row.about === true,
    }),
  );
}

/** A chunk with the entities it mentions that lead on to other chunks, as parallel lists. */
export interface ChunkMentions {
  readonly chunkId: string;
  readonly entityIds: readonly string[];
  /** Whether the chunk's document is named after the entity. */
  readonly about: readonly boolean[];
  /** How many chunks of the tenant mention the entity. */
  readonly spreads: readonly number[];
}

const MENTIONS = `UNWIND $chunkIds AS chunkId MATCH (c:Chunk {id: chunkId})-[m:MENTIONS]->(e:Entity)
     WHERE c.tenant = $tenant AND ${WALKED} AND ${NAMES_IT}
     WITH chunkId, e.id AS entityId, coalesce(m.about, false) AS about, ${SPREAD} AS spread
     WHERE spread > 1 OR entityId IN $keep`;
/** Each entity is looked at once, however many of the chunks mention it. */
const MENTIONS_WITHIN = `UNWIND $chunkIds AS chunkId MATCH (a:Chunk {id: chunkId})-[at:MENTIONS]->(e:Entity)
     WHERE a.tenant = $tenant AND a.collectionId IN $within AND at.value IS NULL
     WITH e.id AS entityId, collect({chunkId: chunkId, about: coalesce(at.about, false)}) AS chunks
     MATCH (e:Entity {id: entityId})<-[m:MENTIONS]-(c:Chunk) WHERE ${READABLE}
     WITH entityId, chunks, count(c) AS spread, ${TYPE_SAID}
     WITH entityId, chunks, spread, ${TYPE_OF_SAID} AS type
     WHERE type <> 'DATE' AND type <> '${VALUE}' AND (spread > 1 OR entityId IN $keep)
     UNWIND chunks AS chunk WITH chunk.chunkId AS chunkId, entityId, chunk.about AS about, spread
     ORDER BY chunkId`;

/**
 * The entities that each chunk mentions: dates left out, and left out those that no other chunk mentions (most of
 * them) unless they are among `keep`. A chunk that is left without any gives no row.
 */
export function mentionsOfChunks(
  tenant: string,
  chunkIds: readonly string[],
  { keep, within }: { readonly keep: readonly string[]; readonly within: readonly string[] | null },
): Statement<ChunkMentions> {
  const match = within === null ? MENTIONS : MENTIONS_WITHIN;
  return statement(
    'expansion.mentionsOfChunks',
    `${match}
     RETURN chunkId, collect(entityId) AS entityIds, collect(about) AS about, collect(spread) AS spreads`,
    { tenant, chunkIds, keep, ...(within === null ? {} : { within }) },
    decodeMentions,
  );
}

/** By id: an engine may walk edges in another order after a restart, and sums of the same numbers then differ. */
function decodeMentions(row: Row): ChunkMentions {
  const [about, spreads] = [listOf(row.about), listOf(row.spreads)];
  const mentions = listOf(row.entityIds)
    .map((id, at) => ({ id: String(id), about: about[at] === true, spread: Number(spreads[at]) }))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  return {
    chunkId: String(row.chunkId),
    entityIds: mentions.map(({ id }) => id),
    about: mentions.map((mention) => mention.about),
    spreads: mentions.map(({ spread }) => spread),
  };
}

function listOf(value: Row[string] | undefined): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
