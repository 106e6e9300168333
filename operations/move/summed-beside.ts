/** Pages of a graph, each summed up in the thread of its engine. */

import type { ReadsBeside } from '../../stores/graph/graph-store.ts';
import type { IdPages } from './pages.ts';
import { madeAhead } from './read-ahead.ts';
import type { Summed } from './sum-beside.ts';
import { createSummary, type PartialSummary, type Summary } from './summary.ts';

const SUM_BESIDE = new URL('./sum-beside.ts', import.meta.url);
/** While one is summed up, the columns of others are made by the engine, in threads of its own. */
const PAGES_AT_ONCE = 3;

export async function summedBeside(
  beside: NonNullable<ReadsBeside['beside']>,
  ids: IdPages,
  summed: Summed,
  signal: AbortSignal,
): Promise<Summary> {
  const all = createSummary();
  const sum = (page: readonly string[]) =>
    beside<PartialSummary>(SUM_BESIDE, { ...summed, ids: page }, { signal });
  for await (const some of madeAhead(ids, sum, PAGES_AT_ONCE)) all.addAll(some);
  return all.end();
}
