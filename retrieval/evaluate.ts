/** How good a ranking is, against passages that are known to be right. */

/** The part of the gold passages among the first `k`: |gold ∩ top-k| / |gold|. */
export function recallAt(ranking: readonly string[], gold: readonly string[], k: number): number {
  const top = new Set(ranking.slice(0, k));
  return gold.filter((id) => top.has(id)).length / gold.length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which the part `quantile` (0..1) of the values lies. */
export function percentile(values: readonly number[], quantile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}
