/** How much an entity that a question seems to name is to be believed, and how much a name tells at all. */

/**
 * Stands for the size of the tenant, in chunks: only the ratio of two specificities matters, and it hardly
 * depends on this. Counting the real number would cost a read of its own in every search.
 */
const CHUNKS_ASSUMED = 10_000;

/** The log of "one chunk in how many names it": inverse document frequency (Spärck Jones 1972) of an entity. */
export function specificity(spread: number): number {
  return Math.log(1 + CHUNKS_ASSUMED / Math.max(1, spread));
}

/**
 * Specificity times keyphraseness (Mihalcea & Csomai 2007): of the chunks where the words are written, the part
 * that means the entity by them. `brother` in a question seeds next to nothing although a song is called so.
 * `spread`: chunks that name the entity; `written`: chunks that contain the words, in any case.
 */
export function seedWeight(spread: number, written: number): number {
  return specificity(spread) * Math.min(1, spread / Math.max(1, written));
}
