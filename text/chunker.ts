/**
 * Cuts a parsed text into chunks along its structure: sections first, then paragraphs, sentences, and only where
 * a single sentence is too long, words. Chunks never overlap and leave out nothing but white space.
 */

import type { Block, ParsedText } from './parser.ts';
import { splitSentences } from './sentences.ts';

/** A chunk before it belongs to a document: `text === parsed.text.slice(start, end)`. */
export interface ChunkDraft {
  readonly index: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly headings: readonly string[];
  readonly page: number | null;
}

export interface ChunkerOptions {
  /** A chunk grows until the next piece would take it beyond this, in UTF-16 code units. */
  readonly targetChars: number;
  /** No chunk is longer. */
  readonly maxChars: number;
}

/** A few paragraphs: small enough to be about one thing, large enough to be understood alone. */
const DEFAULTS: ChunkerOptions = { targetChars: 1_200, maxChars: 2_000 };

export function chunkText(parsed: ParsedText, options: ChunkerOptions = DEFAULTS): readonly ChunkDraft[] {
  const pieces = parsed.blocks.flatMap((block) => cutBlock(parsed.text, block, options.maxChars));
  return joinPieces(pieces, options).map(({ start, end, headings, page }, index) => ({
    index,
    text: parsed.text.slice(start, end),
    start,
    end,
    headings,
    page,
  }));
}

/** A block as it is, or its sentences where it is too long, or their words where those are. */
function cutBlock(text: string, block: Block, maxChars: number): readonly Block[] {
  if (block.end - block.start <= maxChars) return [block];
  return splitSentences(text.slice(block.start, block.end))
    .map(({ start, end }) => ({ ...block, start: block.start + start, end: block.start + end }))
    .flatMap((sentence) => cutAtWords(text, sentence, maxChars));
}

function cutAtWords(text: string, piece: Block, maxChars: number): readonly Block[] {
  const pieces: Block[] = [];
  let start = piece.start;
  while (piece.end - start > maxChars) {
    const end = lastBreak(text, start, start + maxChars);
    pieces.push({ ...piece, start, end: trimEnd(text, start, end) });
    start = skipSpace(text, end, piece.end);
  }
  return start < piece.end ? [...pieces, { ...piece, start }] : pieces;
}

const WHITE_SPACE = /\s/u;
/** How far back a word's beginning is looked for, in UTF-16 code units. */
const WORD_CHARS_MAX = 200;

/** The last white space before `limit`; without one, the last place between two characters as people see them. */
function lastBreak(text: string, start: number, limit: number): number {
  for (let at = limit; at > Math.max(start, limit - WORD_CHARS_MAX); at--) {
    if (WHITE_SPACE.test(text.charAt(at))) return at;
  }
  const from = Math.max(start, limit - WORD_CHARS_MAX);
  const graphemes = [...new Intl.Segmenter().segment(text.slice(from, limit + 2))];
  const last = graphemes.map(({ index }) => from + index).findLast((at) => at > start && at <= limit);
  return last ?? limit;
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && WHITE_SPACE.test(text.charAt(at - 1))) at--;
  return at;
}

function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && WHITE_SPACE.test(text.charAt(at))) at++;
  return at;
}

/**
 * Neighbours become one chunk while they are of one section and page and fit. A heading opens a section and so
 * stands in the same chunk as what follows it.
 */
function joinPieces(pieces: readonly Block[], { targetChars, maxChars }: ChunkerOptions): readonly Block[] {
  const whole = pieces.at(0) && { start: pieces[0]?.start ?? 0, end: pieces.at(-1)?.end ?? 0 };
  const joined: Block[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const short = whole !== undefined && whole.end - whole.start <= targetChars;
    if (last !== undefined && mayJoin(last, piece, short ? maxChars : targetChars, short)) {
      joined[joined.length - 1] = { ...last, end: piece.end };
    } else {
      joined.push(piece);
    }
  }
  return joined;
}

/** A document that fits into one chunk is one, whatever its sections. */
function mayJoin(last: Block, next: Block, limit: number, wholeFits: boolean): boolean {
  if (last.page !== next.page || next.end - last.start > limit) return false;
  return wholeFits || sameSection(last.headings, next.headings);
}

function sameSection(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((title, at) => title === right[at]);
}
