/** What an erasure takes when it is done again: never what was made behind it, under whichever id that stands. */

import type { DocumentNode } from '../../stores/graph/statements/documents.ts';

/** As far as clocks of processes may differ, in ms. */
const CLOCKS_MS = 5_000;

type Made = Pick<DocumentNode, 'createdAt'>;

/** Whether it was made behind an erasure of that moment (RFC 3339): deleted and sent again, or new. */
export function cameAfter({ createdAt }: Made, at: string): boolean {
  return Date.parse(createdAt) > Date.parse(at) + CLOCKS_MS;
}

/** Whether one of the erasures takes what has this id. */
export type TakenById = (id: string, made: Made) => boolean;

/** `ids` of documents, or of whatever else erasures name. */
export function takenById(
  erasures: readonly { readonly at: string; readonly ids: Iterable<string> }[],
): TakenById {
  const latest = new Map<string, string>();
  for (const { at, ids } of erasures)
    for (const id of ids) if (at > (latest.get(id) ?? '')) latest.set(id, at);
  return (id, made) => {
    const at = latest.get(id);
    return at !== undefined && !cameAfter(made, at);
  };
}
