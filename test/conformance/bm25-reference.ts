/** BM25 over three fields, written down plainly, and passages whose words no stemmer changes to rank with it. */

import type { ScoredChunk } from '../../stores/vectors/vector-store.ts';

export interface Passage {
  readonly id: string;
  readonly title: readonly string[];
  readonly headings: readonly string[];
  readonly text: readonly string[];
}

/** The first ones are meant to be far more frequent. */
export const WORDS = ['zab', 'zac', 'zad', 'zag', 'zak', 'zam', 'zan', 'zap', 'zar', 'zat', 'zav', 'zax'];

/**
 * BM25 (Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75 over the weighted counts of three fields, best
 * first, ties by id.
 */
export function bm25(passages: readonly Passage[], query: readonly string[]): readonly ScoredChunk[] {
  const tokens = ({ title, headings, text }: Passage) => title.length + headings.length + text.length;
  const average = passages.reduce((sum, one) => sum + tokens(one), 0) / passages.length;
  const count = (list: readonly string[], term: string) => list.filter((one) => one === term).length;
  const weighted = ({ title, headings, text }: Passage, term: string) =>
    3 * count(title, term) + 1.5 * count(headings, term) + count(text, term);
  const rarity = (term: string) => {
    const holding = passages.filter((one) => weighted(one, term) > 0).length;
    return Math.max(1e-6, Math.log((passages.length - holding + 0.5) / (holding + 0.5)));
  };
  return passages
    .map((one) => ({
      chunkId: one.id,
      documentId: one.id,
      score: query.reduce((sum, term) => {
        const frequency = weighted(one, term);
        const length = 1.2 * (1 - 0.75 + 0.75 * (tokens(one) / average));
        return sum + (rarity(term) * frequency * 2.2) / (frequency + length);
      }, 0),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1));
}

/** The same passages in every run: pseudo-random numbers from a seed (mulberry32). */
export function fixedPassages(
  count: number,
  { seed, textMax }: { readonly seed: number; readonly textMax: number },
): readonly Passage[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const words = (max: number) =>
    Array.from(
      { length: Math.floor(random() * (max + 1)) },
      () => WORDS[Math.floor(random() ** 2 * WORDS.length)] ?? 'zab',
    );
  return Array.from({ length: count }, (_, at) => ({
    id: `passage-${seed}-${at}`,
    title: words(3),
    headings: words(2),
    text: words(textMax),
  }));
}
