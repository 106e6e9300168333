/** The score of words in a chunk, as SQLite FTS5 computes it: for who must count in other chunks than FTS5 does. */

const K1 = 1.2;
const B = 0.75;
/** What a term counts at least that is in more than half of the chunks; FTS5's. */
const RARITY_MIN = 1e-6;

/** How often each term counts in a chunk, and how many terms there are. */
export interface Counts {
  readonly frequencies: ReadonlyMap<string, number>;
  readonly length: number;
}

/** What is to know of a question beside the chunk: its terms, one may be named twice, and what each tells. */
export interface Weighed {
  readonly terms: readonly string[];
  readonly rarities: readonly number[];
  readonly averageLength: number;
}

/**
 * The score that FTS5 gives, sum by sum in its order. A term that the question names in two forms counts twice.
 */
export function bm25({ frequencies, length }: Counts, { terms, rarities, averageLength }: Weighed): number {
  return terms.reduce((score, term, at) => {
    const frequency = frequencies.get(term) ?? 0;
    return score + (rarities[at] ?? 0) * saturated(frequency, length, averageLength);
  }, 0);
}

/** Of a term in `holding` of `chunks` chunks. */
export function rarityOf(holding: number, chunks: number): number {
  const rarity = Math.log((chunks - holding + 0.5) / (holding + 0.5));
  return rarity <= 0 ? RARITY_MIN : rarity;
}

export function saturated(frequency: number, length: number, averageLength: number): number {
  return (frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * length) / averageLength));
}
