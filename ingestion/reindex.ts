/** At the start: the index that answers is brought up to the graph, after its folder was lost, or vectors were missing. */

import type { Log } from '../platform/log.ts';
import type { Leases } from '../stores/graph/leases/leases.ts';
import { indexState } from '../stores/graph/statements/knowledge.ts';
import { countNodes } from '../stores/graph/statements/transfer.ts';
import type { Embedders } from '../text/embedders.ts';
import { type FillTarget, type FillTools, fillIndex } from './fill-index.ts';
import { fillMissing } from './fill-missing.ts';

export interface ReindexTools extends FillTools {
  readonly embedders: Embedders;
  readonly leases: Leases;
  readonly log: Log;
  /** Told how far a rebuild is, in words; null when it is done. */
  readonly tell?: (progress: string | null) => void;
}

/** One process rebuilds; the others work on meanwhile, as what they index is not missing. */
const LEASE = 'reindex';

/**
 * Compares how far the index is with the graph, and rebuilds it where it is behind. Begins anew after a crash: only at
 * the end is the index said to be complete.
 */
export async function bringIndexesUpToDate(tools: ReindexTools, signal: AbortSignal): Promise<void> {
  const lease = await tools.leases.tryAcquire(LEASE);
  if (lease === null) return;
  try {
    // The graph first: a batch that is written in between takes the indexes ahead of this number, never behind it.
    const [wanted = 0] = await tools.graph.read(indexState());
    const { name: index, embedder: maker } = await tools.vectors.current();
    const embedder = await tools.embedders.of(maker);
    const target = { index, embedder, isLive: true };
    const reached = await tools.vectors.revision(index);
    if (reached < wanted) await rebuild(tools, target, { reached, wanted }, signal);
    else if (embedder !== null) await fillMissing(tools, { ...target, embedder }, signal);
  } finally {
    await lease.release();
  }
}

async function rebuild(
  tools: ReindexTools,
  target: FillTarget,
  from: { readonly reached: number; readonly wanted: number },
  signal: AbortSignal,
): Promise<void> {
  tools.log.warn(from, 'The indexes are behind the graph and are rebuilt from it.');
  const [total = 0] = await tools.graph.read(countNodes('Chunk'));
  let indexed = 0;
  const tell = () =>
    tools.tell?.(`The indexes are rebuilt: ${indexed} of ${total} chunks. Searches find the rest later.`);
  tell();
  for await (const { chunks } of fillIndex(tools, target, '', signal)) {
    indexed += chunks;
    tell();
  }
  if (signal.aborted) return;
  await tools.exclusive(async ({ graph }) => {
    const [now = 0] = await graph.read(indexState());
    await tools.vectors.recordRevision(now, target.index);
  });
  tools.tell?.(null);
  tools.log.warn({ chunks: indexed }, 'The indexes are rebuilt.');
}
