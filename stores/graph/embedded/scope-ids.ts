/** What the engine says of a scope's ids: all of them, or which of some are of it, a bounded part in each turn. */

import { setImmediate as othersTurn } from 'node:timers/promises';
import type { IdPage } from '../graph-store.ts';
import { rowsOf, type Transaction } from './run-statements.ts';

/** Nodes of a label that have a value of a property in common. */
export type Scope = Pick<IdPage, 'label' | 'property' | 'value'>;

/** Ids that are read of the engine at once: each time it looks at all of them. */
const IDS_READ_AT_ONCE = 100_000;
/** Ids that are taken over before others have their turn. */
const IDS_TAKEN_AT_ONCE = 2_000;

/** All of a scope, some at a time. */
export async function* idsIn(
  view: Transaction,
  { label, property, value }: Scope,
): AsyncGenerator<readonly string[]> {
  const cypher = `MATCH (n:${label} {${property}: $value}) WHERE n.id > $after
    RETURN n.id AS id ORDER BY id LIMIT ${IDS_READ_AT_ONCE}`;
  for (let after = ''; ; ) {
    const found = await view.executeCypher(cypher, { value, after });
    for (let at = 0; at < found.length; at += IDS_TAKEN_AT_ONCE) {
      const end = Math.min(at + IDS_TAKEN_AT_ONCE, found.length);
      yield Array.from({ length: end - at }, (_, from) => String(found.get(at + from)['id']));
      await othersTurn();
    }
    if (found.length < IDS_READ_AT_ONCE) return;
    after = String(found.get(found.length - 1)['id']);
  }
}

/** Those of the ids that are of a scope, some at a time. */
export async function* idsAmong(
  view: Transaction,
  { label, property, value }: Scope,
  ids: readonly string[],
): AsyncGenerator<readonly string[]> {
  const cypher = `UNWIND $ids AS wanted MATCH (n:${label} {id: wanted}) WHERE n.${property} = $value RETURN n.id AS id`;
  const once = [...new Set(ids)];
  for (let at = 0; at < once.length; at += IDS_TAKEN_AT_ONCE) {
    const part = once.slice(at, at + IDS_TAKEN_AT_ONCE);
    yield rowsOf(await view.executeCypher(cypher, { ids: part, value })).map((row) => String(row['id']));
    await othersTurn();
  }
}

export async function countOf(view: Transaction, { label, property, value }: Scope): Promise<number> {
  const cypher = `MATCH (n:${label} {${property}: $value}) RETURN count(n) AS n`;
  return Number(rowsOf(await view.executeCypher(cypher, { value }))[0]?.['n']);
}

export function keyOf({ label, property, value }: Scope): string {
  return [label, property, value].join(' ');
}
