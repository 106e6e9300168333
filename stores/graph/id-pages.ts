/** All ids of a label, page by page in their order, for whoever goes through them once. */

import type { GraphStore } from './graph-store.ts';
import { createIdCursor } from './id-cursor.ts';
import type { CarriedLabel } from './statements/transfer.ts';

export interface IdPageOptions {
  /** Id that comes before the first; empty for all. */
  readonly after?: string;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** No page is empty. What comes or goes meanwhile may be left out, or may be still there: see {@link createIdCursor}. */
export async function* idPages(
  graph: Pick<GraphStore, 'read'>,
  label: CarriedLabel,
  { after = '', limit, signal }: IdPageOptions,
): AsyncGenerator<readonly string[]> {
  const cursor = createIdCursor(graph, label);
  const options = signal === undefined ? {} : { signal };
  for (let last: string | undefined = after; last !== undefined; ) {
    signal?.throwIfAborted();
    const ids: readonly string[] = await cursor.behind(last, limit, options);
    if (ids.length > 0) yield ids;
    last = ids.at(-1);
  }
}
