/**
 * Texts in an order that numbers have. Qdrant compares numbers only, so a text is cut into blocks of six bytes,
 * each a number; two texts compare as the first blocks in which they differ. A block is stored with what comes
 * before it, which makes every comparison one of a single stored block, lists of texts included.
 */

const BLOCK_BYTES = 6;
/** Bytes count from 1, so that a text's end comes before every byte. 257⁶ is well inside what a double holds. */
const BASE = 257;
/** Of a longer text, this much is in order; bounds are shorter (see TEXT_BOUND_BYTES_MAX). */
const BLOCKS_MAX = 16;

export interface OrderedBlock {
  /** The bytes before this block, in hex: what another text must share to be compared here. */
  readonly before: string;
  readonly block: number;
}

/** A text lies inside when one of its blocks does, after exactly these bytes. */
export interface BlockRange {
  readonly before: string;
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
}

/** The blocks of a text. The last one of a text that ends inside contains its end, so none begins another. */
export function orderedBlocks(text: string): readonly OrderedBlock[] {
  const bytes = Buffer.from(text);
  const count = Math.min(Math.floor(bytes.length / BLOCK_BYTES) + 1, BLOCKS_MAX);
  return Array.from({ length: count }, (_, at) => ({
    before: bytes.toString('hex', 0, at * BLOCK_BYTES),
    block: numberOf(bytes, at * BLOCK_BYTES),
  }));
}

function numberOf(bytes: Buffer, start: number): number {
  let value = 0;
  for (let at = start; at < start + BLOCK_BYTES; at++) value = value * BASE + (bytes[at] ?? -1) + 1;
  return value;
}

/** The ranges of which a text between the bounds, both inclusive, meets exactly one, and every other text none. */
export function textRanges(atLeast: string | undefined, atMost: string | undefined): readonly BlockRange[] {
  const low = atLeast === undefined ? null : orderedBlocks(atLeast);
  const high = atMost === undefined ? null : orderedBlocks(atMost);
  if (low === null && high === null) return [];
  if (low === null) return below(high ?? [], 0);
  if (high === null) return above(low, 0);
  const at = low.findIndex(({ block }, index) => block !== high[index]?.block);
  const [from, to] = [low[at], high[at]];
  if (from === undefined || to === undefined)
    return low.slice(-1).map(({ before, block }) => ({ before, gte: block, lte: block }));
  if (from.block > to.block) return [];
  const edges = { ...lowEdge(low, at), ...highEdge(high, at) };
  return [{ before: from.before, ...edges }, ...above(low, at + 1), ...below(high, at + 1)];
}

/** Texts that share the blocks before `start` and come at or after the bound. */
function above(low: readonly OrderedBlock[], start: number): readonly BlockRange[] {
  return low.slice(start).map(({ before }, index) => ({ before, ...lowEdge(low, start + index) }));
}

function below(high: readonly OrderedBlock[], start: number): readonly BlockRange[] {
  return high.slice(start).map(({ before }, index) => ({ before, ...highEdge(high, start + index) }));
}

/** Up to its last block, a bound leaves texts of the same block to the next one. */
function lowEdge(low: readonly OrderedBlock[], at: number): { gte: number } | { gt: number } {
  const block = low[at]?.block ?? 0;
  return at === low.length - 1 ? { gte: block } : { gt: block };
}

function highEdge(high: readonly OrderedBlock[], at: number): { lte: number } | { lt: number } {
  const block = high[at]?.block ?? 0;
  return at === high.length - 1 ? { lte: block } : { lt: block };
}
