/**
 * From a canonical key to what it spells. An entity is always spelled by its own name, which its id is made of, so only
 * other spellings are nodes: one name in twenty.
 */

import { entityId, nameId } from '../../../model/ids.ts';

/** A key with the ids of the entity that is named so and of the node that holds its other meanings. */
export function toSpelledKeys(tenant: string, keys: readonly string[]) {
  return keys.map((key) => ({ key, entityId: entityId(tenant, key), nameId: nameId(tenant, key) }));
}

/** Both bind `s`, of `$spelled`, and an entity `e`; joined by UNION, which gives what is found twice once. */
export const OWN_NAME = 'UNWIND $spelled AS s MATCH (e:Entity {id: s.entityId})';
export const OTHER_SPELLING = 'UNWIND $spelled AS s MATCH (n:Name {id: s.nameId})-[:NAMES]->(e:Entity)';
