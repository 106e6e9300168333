/** How many nodes of a listed label a write removed: what is held of them is read anew once too much of it is gone. */

import { LISTED_LABELS, type ListedLabel } from '../graph-store.ts';
import type { JournalledWrite } from './journal.ts';
import type { Counts } from './run-statements.ts';

export interface RemovedNodes {
  readonly label: ListedLabel;
  readonly count: number;
}

const DELETED = /\bDELETE\s+(?<name>\w+)/i;

/**
 * `counts` are what the engine says it did, by statement. Where a text does not say which label it deletes, they count for
 * each that it names: too many only has a list read anew too soon.
 */
export function removedBy(write: JournalledWrite, counts: readonly Counts[]): readonly RemovedNodes[] {
  return write.flatMap(({ cypher }, at) => {
    const count = counts[at]?.deleted ?? 0;
    return count === 0 ? [] : labelsDeleted(cypher).map((label) => ({ label, count }));
  });
}

function labelsDeleted(cypher: string): readonly ListedLabel[] {
  const name = DELETED.exec(cypher)?.groups?.['name'];
  if (name === undefined) return [];
  const label = new RegExp(`\\(${name}:(\\w+)`).exec(cypher)?.[1];
  return LISTED_LABELS.filter((one) =>
    label === undefined ? new RegExp(`:${one}\\b`).test(cypher) : label === one,
  );
}
