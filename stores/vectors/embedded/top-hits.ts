/** Which hits are the best: one order in every index, and how to find the best that a filter leaves. */

import type { ScoredChunk } from '../vector-store.ts';

/** Best first, ties by chunk id. */
export function byScore(left: ScoredChunk, right: ScoredChunk): number {
  return right.score - left.score || (left.chunkId < right.chunkId ? -1 : 1);
}

/** More are asked for than wanted, so that those of equal score at the end are seen whole. */
const SPARE = 16;
/** As many times more are asked for when those were not enough. */
const GROWTH = 4;

/**
 * The `limit` best of an index that only orders by score. Asks for more while the last of them might tie with one
 * not yet seen, since ties are ordered by chunk id.
 */
export async function best(
  limit: number,
  find: (count: number) => Promise<readonly ScoredChunk[]>,
): Promise<readonly ScoredChunk[]> {
  for (let count = limit + SPARE; ; count *= GROWTH) {
    const found = await find(count);
    if (found.length < count || isDecided(found, found, limit))
      return found.toSorted(byScore).slice(0, limit);
  }
}

/**
 * The `limit` best among those that `inside` keeps, or null when the best few times `limit` of all were too few to
 * tell: then a filter inside the index is cheaper.
 */
export async function bestInside(
  limit: number,
  find: (count: number) => Promise<readonly ScoredChunk[]>,
  inside: (found: readonly ScoredChunk[]) => readonly ScoredChunk[],
): Promise<readonly ScoredChunk[] | null> {
  const count = limit * GROWTH + SPARE;
  const found = await find(count);
  const kept = inside(found);
  const decided = found.length < count || isDecided(kept, found, limit);
  return decided ? kept.toSorted(byScore).slice(0, limit) : null;
}

/** Whether nothing beyond `found` can be among the `limit` best of `kept`. */
function isDecided(kept: readonly ScoredChunk[], found: readonly ScoredChunk[], limit: number): boolean {
  const [lastKept, lastFound] = [kept.toSorted(byScore)[limit - 1], found.at(-1)];
  return lastKept !== undefined && lastFound !== undefined && lastKept.score > lastFound.score;
}
