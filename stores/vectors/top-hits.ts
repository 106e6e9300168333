/** Which hits are the best: one order in every index, and how to find the best that a filter leaves. */

import type { ScoredChunk } from './vector-store.ts';

/** Best first, ties by chunk id. */
export function byScore(left: ScoredChunk, right: ScoredChunk): number {
  return right.score - left.score || (left.chunkId < right.chunkId ? -1 : 1);
}

/** More are asked for than wanted, so that those of equal score at the end are seen whole. */
const SPARE = 16;
/** As many times more are asked for when those were not enough. */
const GROWTH = 4;

/** The `limit` best of an index that only orders by score. */
export async function best(
  limit: number,
  find: (count: number) => Promise<readonly ScoredChunk[]>,
): Promise<readonly ScoredChunk[]> {
  const [hits = []] = await bestOfEach([limit], Number.POSITIVE_INFINITY, ([asked]) =>
    Promise.all(asked === undefined ? [] : [find(asked.count)]),
  );
  return hits;
}

/**
 * The best of several questions, as many of each as its limit. Asks for more of one while the last of its hits might
 * tie with one not yet seen, since ties are ordered by chunk id; never for more than `countMax`.
 */
export async function bestOfEach(
  limits: readonly number[],
  countMax: number,
  find: (
    asked: readonly { readonly at: number; readonly count: number }[],
  ) => Promise<readonly (readonly ScoredChunk[])[]>,
): Promise<readonly (readonly ScoredChunk[])[]> {
  const hits: (readonly ScoredChunk[])[] = limits.map(() => []);
  let open = limits.map((limit, at) => ({ at, limit, count: Math.min(limit + SPARE, countMax) }));
  while (open.length > 0) {
    const answers = await find(open);
    const found = open.map((question, index) => ({ ...question, found: answers[index] ?? [] }));
    for (const question of found)
      hits[question.at] = question.found.toSorted(byScore).slice(0, question.limit);
    open = found
      .filter(
        ({ found, count, limit }) =>
          found.length === count && count < countMax && !isDecided(found, found, limit),
      )
      .map(({ at, limit, count }) => ({ at, limit, count: Math.min(count * GROWTH, countMax) }));
  }
  return hits;
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
