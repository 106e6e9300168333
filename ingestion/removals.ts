/**
 * Removing from indexes and contents what the graph let go of. It is noted in the graph's own transaction and struck
 * out when done, so that whoever comes after a crash finishes it.
 */

import type { Log } from '../platform/log.ts';
import { pause } from '../platform/pause.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { chunksByIds } from '../stores/graph/statements/chunks.ts';
import { contentsInUse, type DocumentNode, documentsByIds } from '../stores/graph/statements/documents.ts';
import {
  clearRemovals,
  countLateRemovals,
  type Removal,
  type RemovalKind,
  removalsLeft,
  removalsPending,
} from '../stores/graph/statements/removals.ts';
import type { IndexChange, IndexRemoval, VectorStore } from '../stores/vectors/vector-store.ts';
import type { Alone, Exclusive } from './exclusive.ts';

/** Removals that are done together. */
const REMOVALS_AT_ONCE = 1_000;
/** How often the leader looks for what others left, in ms. */
const LOOK_EVERY_MS = 30_000;

export interface RemovalStores {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
}

/** What was there to remove, store by store. */
export interface Removed {
  readonly vectors: number;
  readonly postings: number;
  readonly contents: number;
}

const NOTHING: Removed = { vectors: 0, postings: 0, contents: 0 };

export function removalsOf(
  tenant: string,
  targets: Readonly<Record<RemovalKind, readonly string[]>>,
): readonly Removal[] {
  return (['CHUNK', 'DOCUMENT', 'CONTENT'] as const).flatMap((kind) =>
    [...new Set(targets[kind])].map((target) => ({ tenant, kind, target })),
  );
}

/** Hashes of what a document holds: its bytes, and its text where it has been read. */
export function contentsOf({
  contentHash,
  textHash,
}: Pick<DocumentNode, 'contentHash' | 'textHash'>): readonly string[] {
  return textHash === null ? [contentHash] : [contentHash, textHash];
}

/**
 * Does what the graph has noted for one tenant. For whoever has the index alone. Who does not any more leaves it to
 * others: they may have brought some of it back.
 */
export async function settleRemovals(
  { graph, content, vectors, held }: RemovalStores & Alone,
  removals: readonly Removal[],
): Promise<Removed> {
  const [first] = removals;
  if (first === undefined || !held()) return NOTHING;
  const { tenant } = first;
  const targets = (wanted: RemovalKind) =>
    removals.filter(({ kind }) => kind === wanted).map(({ target }) => target);
  const [removeChunkIds, removeDocumentIds, hashes] = [
    targets('CHUNK'),
    targets('DOCUMENT'),
    targets('CONTENT'),
  ];
  const indexed =
    removeChunkIds.length + removeDocumentIds.length === 0
      ? NOTHING
      : await removeFromIndexes(vectors, { tenant, removeChunkIds, removeDocumentIds });
  const used = new Set(
    (await Promise.all(contentsInUse(tenant, hashes).map((wanted) => graph.read(wanted)))).flat(),
  );
  const unused = hashes.filter((hash) => !used.has(hash)).map((hash) => ({ tenant, hash }));
  if (!held()) return { ...NOTHING, ...indexed };
  const contents = await content.delete(unused);
  await graph.write([clearRemovals(removals)]);
  return { ...indexed, contents };
}

/** Gives what was in the one that answers. */
async function removeFromIndexes(vectors: VectorStore, change: IndexChange): Promise<IndexRemoval> {
  const { live, beside } = await vectors.indexes();
  const removal = await vectors.apply([change], live.name);
  if (beside !== null) await vectors.apply([change], beside.name);
  return removal;
}

/**
 * Makes sure that contents are there once the graph refers to them: whoever looked for their users before that may
 * have removed them since, and has a note of it in the graph until that is done.
 */
export async function keepContents(
  { graph, content, exclusive }: Pick<RemovalStores, 'graph' | 'content'> & { readonly exclusive: Exclusive },
  items: Parameters<ContentStore['put']>[0],
): Promise<void> {
  const removals = items.map(({ tenant, hash }) => ({ tenant, kind: 'CONTENT' as const, target: hash }));
  const pending = await graph.read(removalsPending(removals));
  // Whoever has the index next sees the reference; whoever had it before is done.
  if (pending.length > 0) await exclusive(() => putMissing(content, items));
  else await putMissing(content, items);
}

/** Puts what is not there. Cheap where all is, however large it is. */
export async function putMissing(
  content: ContentStore,
  items: Parameters<ContentStore['put']>[0],
): Promise<void> {
  const there = await content.has(items.map(({ tenant, hash }) => ({ tenant, hash })));
  const missing = items.filter((_, at) => there[at] !== true);
  if (missing.length > 0) await content.put(missing);
}

/** Finishes what a crash left. What has come back into the graph since stays. */
export async function settleLeftRemovals(
  stores: RemovalStores & { readonly exclusive: Exclusive },
): Promise<number> {
  let settled = 0;
  for (;;) {
    const found = (await stores.graph.read(removalsLeft(1))).length;
    if (found === 0) return settled;
    settled += await stores.exclusive(async (alone) => {
      const left = await alone.graph.read(removalsLeft(REMOVALS_AT_ONCE));
      if (left.length === 0) return 0;
      await alone.graph.write([countLateRemovals()]);
      for (const [tenant, removals] of Map.groupBy(left, (removal) => removal.tenant))
        await settleLeftOf({ ...stores, ...alone }, tenant, removals);
      return left.length;
    });
  }
}

async function settleLeftOf(
  stores: RemovalStores & Alone,
  tenant: string,
  removals: readonly Removal[],
): Promise<void> {
  const { graph } = stores;
  const targets = removals.map(({ target }) => target);
  const [chunks, documents] = await Promise.all([
    graph.read(chunksByIds(tenant, targets)),
    graph.read(documentsByIds(tenant, targets)),
  ]);
  const back = new Set([...chunks, ...documents].map(({ id }) => id));
  const obsolete = removals.filter(({ target }) => back.has(target));
  if (obsolete.length > 0) await graph.write([clearRemovals(obsolete)]);
  await settleRemovals(
    stores,
    removals.filter(({ target }) => !back.has(target)),
  );
}

/** The leader's duty: what a process that is gone did not finish. */
export function createRemover(
  stores: RemovalStores & { readonly exclusive: Exclusive; readonly log: Log; readonly everyMs?: number },
) {
  return {
    name: 'remover',
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        await pause(stores.everyMs ?? LOOK_EVERY_MS, signal);
        if (signal.aborted) return;
        await settleLeftRemovals(stores).catch((error: unknown) =>
          stores.log.warn({ error }, 'What was deleted could not be removed from every store now.'),
        );
      }
    },
  };
}
