/** The indexes of a side that was away, under the names and for the embedders that they have on the other side. */

import { isSameEmbedder } from '../../model/embedding.ts';
import { Problem } from '../../platform/errors.ts';
import type { IndexInfo, VectorStore } from '../../stores/vectors/vector-store.ts';

/** What is in them is for others to put right. The one beside is made anew: who fills it looks for nothing too much. */
export async function alignIndexes(from: VectorStore, to: VectorStore): Promise<void> {
  const wanted = await from.indexes();
  const before = await to.indexes();
  if (!isSame(before.live, wanted.live)) await replaceLive(to, before.live, wanted.live);
  const { beside } = await to.indexes();
  if (beside !== null) await to.dropIndex(beside.name);
  if (wanted.beside !== null) await to.prepareIndex(embedderOf(wanted.beside), wanted.beside.name);
}

async function replaceLive(to: VectorStore, before: IndexInfo, wanted: IndexInfo): Promise<void> {
  const embedder = embedderOf(wanted);
  if (before.name === wanted.name) {
    // The name is taken by an index for another embedder, which makes room by way of a third.
    const room = await to.prepareIndex(embedder);
    await to.switchTo(room.name);
    await to.dropIndex(wanted.name);
  }
  await to.prepareIndex(embedder, wanted.name);
  await to.switchTo(wanted.name);
}

function isSame(one: IndexInfo, other: IndexInfo): boolean {
  if (one.name !== other.name) return false;
  return (
    one.embedder === other.embedder ||
    (one.embedder !== null && other.embedder !== null && isSameEmbedder(one.embedder, other.embedder))
  );
}

function embedderOf({ name, embedder }: IndexInfo) {
  if (embedder !== null) return embedder;
  throw new Problem(
    'CONFLICT',
    `The index ${name} is for no embedder, and cannot be made on the other side. Configure one.`,
  );
}
