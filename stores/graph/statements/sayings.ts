/**
 * What mentions and statements say of what they are about, as Cypher pieces: for readers who may read some of the
 * chunks, so that what others say must not show. Of several sayings that of the first chunk by id counts, which is
 * the same on every engine and whatever was written first.
 */

import { typeSaid } from '../../../model/knowledge.ts';
import type { Row } from '../graph-store.ts';
import { spellingOf } from './unplaced.ts';

/** Behind `(e:Entity)<-[m:MENTIONS]-(c:Chunk)`: which of the chunks may be read. */
export const READABLE = 'c.collectionId IN $within';

/** A saying with its chunk in front, so that the least of them is the first chunk's. No id has a blank. */
const FIRST_PLACES = `min(c.id + ' ' + m.places) AS places, min(c.id + ' ' + m.unplaced) AS unplaced`;
/** What an entity is taken for, and how many of the chunks name it as one. */
export const TYPE_SAID = `min(c.id + ' ' + m.type) AS typed, sum(CASE WHEN m.value IS NULL THEN 1 ELSE 0 END) AS namings`;
/** To compare with: what {@link TYPE_SAID} comes to. */
export const TYPE_OF_SAID = `CASE WHEN typed IS NOT NULL THEN substring(typed, size(split(typed, ' ')[0]) + 1)
  WHEN namings > 0 THEN 'THING' ELSE 'VALUE' END`;
const ENTITY_SAID = `${FIRST_PLACES}, ${TYPE_SAID}, min(c.id + ' ' + m.description) AS described`;

/** Groups by entity, and gives the columns of {@link decodeEntitySaid}. */
export const ENTITY = `e.id AS id, e.tenant AS tenant, e.key AS key, ${ENTITY_SAID}`;
export const ENTITY_COLUMNS = 'id, tenant, key, places, unplaced, typed, namings, described';
/** Groups by another spelling of an entity. */
export const SPELLING = FIRST_PLACES;
/** Behind `(r:Relationship)<-[s:STATES]-(c:Chunk)`. */
export const RELATIONSHIP = `r.id AS id, r.tenant AS tenant, r.sourceId AS sourceId, r.targetId AS targetId,
  r.type AS type, min(c.id + ' ' + s.description) AS described`;

export function decodeEntitySaid(row: Row) {
  const key = String(row.key);
  return {
    id: String(row.id),
    tenant: String(row.tenant),
    name: spellingSaid(key, row)?.text ?? key,
    type: typeSaid(sayingOf(row.typed)?.text ?? null, Number(row.namings) > 0),
    description: sayingOf(row.described)?.text ?? null,
  };
}

/** How the first of the chunks that spell it so spells it; null where what was kept does not tell. */
export function spellingSaid(key: string, row: Row) {
  const [places, unplaced] = [sayingOf(row.places), sayingOf(row.unplaced)];
  const first = [places?.chunkId, unplaced?.chunkId].filter((id) => id !== undefined).sort()[0];
  return spellingOf(key, {
    places: places?.chunkId === first ? (places?.text ?? null) : null,
    unplaced: unplaced?.chunkId === first ? (unplaced?.text ?? null) : null,
  });
}

export function sayingOf(value: Row[string] | undefined) {
  if (typeof value !== 'string') return null;
  const at = value.indexOf(' ');
  return { chunkId: value.slice(0, at), text: value.slice(at + 1) };
}
