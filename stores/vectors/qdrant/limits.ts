/** What one request may hold. Strict mode in Qdrant holds everybody else to the same. */

export const LIMITS = {
  /** Points found by one query. */
  hits: 65_536,
  /** Points written or deleted by one request. */
  pointsAtOnce: 1_000,
  /** Queries in one request. */
  queriesAtOnce: 100,
  /** Ids or tokens in one condition. */
  valuesInCondition: 200_000,
  /** A hundred bounds on texts, both sides, each block a condition. */
  conditions: 20_000,
  oversampling: 4,
} as const;

/** The parts of a list, each at most `size` long. */
export function inParts<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}
