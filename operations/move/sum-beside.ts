/** Sums up a page of a graph in the thread of its engine, so that sums are carried from there, and no rows. */

import type { BesideRead } from '../../stores/graph/graph-store.ts';
import {
  type CarriedEdge,
  type CarriedLabel,
  edgesFrom,
  nodesByIds,
} from '../../stores/graph/statements/transfer.ts';
import { canonical, createSummary, edgeLine, type PartialSummary } from './summary.ts';

/** Nodes of a label, or edges of a kind by where they start. */
export type Summed =
  | { readonly kind: 'nodes'; readonly label: CarriedLabel }
  | { readonly kind: 'edges'; readonly edge: CarriedEdge };

export async function beside(
  read: BesideRead,
  { ids, ...summed }: Summed & { readonly ids: readonly string[] },
): Promise<PartialSummary> {
  const summary = createSummary();
  if (summed.kind === 'nodes')
    for (const { properties } of await read(nodesByIds(summed.label, ids)))
      summary.add(canonical(properties));
  else for (const relation of await read(edgesFrom(summed.edge, ids))) summary.add(edgeLine(relation));
  return summary.partial();
}
