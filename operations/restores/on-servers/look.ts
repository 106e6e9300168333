/** How restores on servers stand, and what is served: for whoever does what is to be done about them. */

import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { type Served, servedNow, servedRestoresListed } from '../../../stores/graph/statements/serving.ts';
import { type Kept, toKept } from './records.ts';

/** Of all restores, those that are looked at: the newest. */
const LOOKED_AT_MAX = 100;
const FIRST: Served = { namespace: '', previous: null };

export interface Look {
  readonly served: Served;
  readonly restores: readonly Kept[];
}

/** What is served is read last, and so at least as new as the restores: what they have left is not what is served since. */
export async function lookAtRestores(graph: Pick<GraphStore, 'read'>): Promise<Look> {
  const listed = await graph.read(servedRestoresListed(LOOKED_AT_MAX));
  const [served = FIRST] = await graph.read(servedNow());
  return { served, restores: listed.map(toKept) };
}
