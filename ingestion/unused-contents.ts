/** Contents that nothing refers to: found among those that have been there for long enough, and removed. */

import type { ContentStore, StoredContent } from '../stores/content/content-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { contentsInUse } from '../stores/graph/statements/documents.ts';
import { putRemovals, removalsPending } from '../stores/graph/statements/removals.ts';
import type { Alone } from './exclusive.ts';
import { type RemovalStores, removalsOf, settleRemovals } from './removals.ts';

export interface UnusedWanted {
  readonly tenant: string;
  /** Written before then, in ms since 1970: whoever puts contents comes to refer to them within some time, or never does. */
  readonly writtenBefore: number;
}

/** Hashes of those that are there and of no use, as the graph given says now. What is noted to be removed is left out. */
export async function unusedAmong(
  { graph, content }: { readonly graph: GraphStore; readonly content: ContentStore },
  contents: readonly StoredContent[],
  { tenant, writtenBefore }: UnusedWanted,
): Promise<readonly string[]> {
  const hashes = contents.filter(({ writtenAt }) => writtenAt < writtenBefore).map(({ hash }) => hash);
  if (hashes.length === 0) return [];
  const used = (await Promise.all(contentsInUse(tenant, hashes).map((wanted) => graph.read(wanted)))).flat();
  const removals = removalsOf(tenant, { CHUNK: [], DOCUMENT: [], CONTENT: hashes });
  const spoken = new Set([...used, ...(await graph.read(removalsPending(removals)))]);
  const free = hashes.filter((hash) => !spoken.has(hash));
  const there = await content.has(free.map((hash) => ({ tenant, hash })));
  return free.filter((_, at) => there[at] === true);
}

/** For whoever has the index alone. Gives how many were there and were not in use even then. */
export async function removeUnused(
  stores: RemovalStores & Alone,
  tenant: string,
  hashes: readonly string[],
): Promise<number> {
  if (hashes.length === 0) return 0;
  const removals = removalsOf(tenant, { CHUNK: [], DOCUMENT: [], CONTENT: hashes });
  // Noted first, so that whoever begins to refer to one meanwhile sees to it that it is there.
  await stores.graph.write([putRemovals(removals)]);
  const { contents } = await settleRemovals(stores, removals);
  return contents;
}
