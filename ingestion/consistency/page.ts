/**
 * The one way in which everything is checked and mended. A page is looked at while others write; what seems wrong is
 * looked at again by whoever has the index alone, which is when no document is half written; what is wrong then is
 * mended by whoever has it alone, who looks once more. Only what is gone afterwards counts as mended.
 */

import { FAULTS, type Fault, type Finding } from '../../model/consistency.ts';
import type { Log } from '../../platform/log.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Embedders } from '../../text/embedders.ts';
import type { Exclusive } from '../exclusive.ts';

export interface CheckTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  readonly embedders: Embedders;
  readonly exclusive: Exclusive;
  readonly now: () => Date;
  readonly log: Log;
}

export interface CheckScope {
  /** Null for the whole installation. */
  readonly tenant: string | null;
  readonly mends: boolean;
}

/** Things that are looked at together. */
export interface CheckPage {
  /** What is wrong among them, as the graph given says now; with `suspected`, only those need to be looked at. */
  faults(graph: GraphStore, suspected: readonly Fault[] | null): Promise<readonly Fault[]>;
  /** Mends what is still wrong. Takes the index for itself as it needs it. */
  mend(faults: readonly Fault[], signal: AbortSignal): Promise<void>;
}

export async function checkPage(
  { graph, exclusive }: CheckTools,
  { tenant, mends }: CheckScope,
  page: CheckPage,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const inScope = (faults: readonly Fault[]) =>
    tenant === null ? faults : faults.filter((fault) => fault.tenant === tenant);
  const suspected = inScope(await page.faults(graph, null));
  if (suspected.length === 0) return [];
  const again = () => exclusive(async (alone) => inScope(await page.faults(alone.graph, suspected)));
  const confirmed = await again();
  const mendable = confirmed.filter(({ kind }) => FAULTS[kind].isMendable);
  if (!mends || mendable.length === 0) return confirmed.map((fault) => ({ ...fault, isMended: false }));
  await page.mend(mendable, signal);
  const left = new Set((await again()).map(keyOf));
  return confirmed.map((fault) => ({ ...fault, isMended: !left.has(keyOf(fault)) }));
}

function keyOf({ kind, tenant, id, of }: Fault): string {
  return JSON.stringify([kind, tenant, id, of]);
}

export function idsOf(faults: readonly Fault[], ...kinds: readonly Fault['kind'][]): readonly string[] {
  return [...new Set(faults.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id))];
}
