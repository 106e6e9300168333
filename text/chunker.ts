/**
 * Cuts a parsed text into chunks along its structure: sections first, then paragraphs, sentences or lines, and only
 * where one of those is too long, words. Chunks never overlap and leave out nothing but white space.
 */

import type { Chunk } from '../model/documents.ts';
import type { Block, ParsedText } from './parsed-text.ts';
import { type Sentence, splitSentences } from './sentences.ts';

/** A chunk before it belongs to a document: `text === parsed.text.slice(start, end)`. */
export type ChunkDraft = Pick<Chunk, 'index' | 'text' | 'start' | 'end' | 'headings' | 'page'>;

export interface ChunkerOptions {
  /** A chunk grows until the next piece would take it beyond this, in UTF-16 code units. */
  readonly targetChars: number;
  /** No chunk is longer. */
  readonly maxChars: number;
}

/** A few paragraphs: small enough to be about one thing, large enough to be understood alone. */
const DEFAULTS: ChunkerOptions = { targetChars: 1_200, maxChars: 2_000 };

export function chunkText(parsed: ParsedText, options: ChunkerOptions = DEFAULTS): readonly ChunkDraft[] {
  const pieces = cutBlocks(parsed, options.maxChars);
  return joinPieces(pieces, options).map(({ start, end, headings, page }, index) => ({
    index,
    text: parsed.text.slice(start, end),
    start,
    end,
    headings,
    page,
  }));
}

/** Each block as it is where it fits beneath the headings right above it, else in pieces that do. */
function cutBlocks({ text, blocks }: ParsedText, maxChars: number): readonly Block[] {
  const pieces: Block[] = [];
  let heading: Block | null = null;
  for (const block of blocks) {
    const above: number = heading === null ? 0 : block.start - heading.start;
    const room = above < maxChars / 2 ? maxChars - above : maxChars;
    for (const piece of cutBlock(text, block, room)) pieces.push(piece);
    heading = block.kind === 'heading' ? (heading ?? block) : null;
  }
  return pieces;
}

function cutBlock(text: string, block: Block, maxChars: number): readonly Block[] {
  if (block.end - block.start <= maxChars) return [block];
  const parts = block.kind === 'lines' ? splitLines(text, block) : [block];
  return parts.flatMap((part) =>
    part.end - part.start <= maxChars
      ? [{ ...block, ...part }]
      : sentencesOf(text, part).flatMap((sentence) => cutAtWords(text, { ...block, ...sentence }, maxChars)),
  );
}

function splitLines(text: string, { start, end }: Sentence): readonly Sentence[] {
  const lines: Sentence[] = [];
  let at = skipSpace(text, start, end);
  while (at < end) {
    const lineEnd = text.indexOf('\n', at);
    const stop = lineEnd < 0 || lineEnd > end ? end : lineEnd;
    lines.push({ start: at, end: trimEnd(text, at, stop) });
    at = skipSpace(text, stop, end);
  }
  return lines;
}

function sentencesOf(text: string, { start, end }: Sentence): readonly Sentence[] {
  return splitSentences(text.slice(start, end)).map((sentence) => ({
    start: start + sentence.start,
    end: start + sentence.end,
  }));
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
const characters = new Intl.Segmenter();

/** The last white space before `limit`; without one, the last place between two characters as people see them. */
function lastBreak(text: string, start: number, limit: number): number {
  for (let at = limit; at > Math.max(start, limit - WORD_CHARS_MAX); at--) {
    if (WHITE_SPACE.test(text.charAt(at))) return at;
  }
  if (areApart(text, limit)) return limit;
  // From the start, which is such a place: where a pair of signs makes one flag depends on all the signs before it.
  let last = start;
  for (const { index } of characters.segment(text.slice(start, limit + 2))) {
    if (start + index <= limit) last = start + index;
  }
  return last > start ? last : withoutHalf(text, start, limit);
}

/** Whether two characters meet here that need no table to be told apart: below U+0300 nothing combines. */
function areApart(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) < 0x300 && text.charCodeAt(at) < 0x300;
}

/** One character with more marks than fit is cut between them, and never inside of one. */
function withoutHalf(text: string, start: number, limit: number): number {
  const inside = (text.codePointAt(limit - 1) ?? 0) > 0xffff;
  return inside && limit - 1 > start ? limit - 1 : limit;
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
 * Neighbours become one chunk while they are of one section and page and fit. A heading stands in the same chunk as
 * what follows it. A document that fits into one chunk is one, whatever its sections.
 */
function joinPieces(pieces: readonly Block[], { targetChars, maxChars }: ChunkerOptions): readonly Block[] {
  const isShort = (pieces.at(-1)?.end ?? 0) - (pieces[0]?.start ?? 0) <= targetChars;
  const joined: Block[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const limit = last?.kind === 'heading' ? maxChars : targetChars;
    const fits = last !== undefined && last.page === piece.page && piece.end - last.start <= limit;
    if (fits && isInside(piece.headings, last)) joined[joined.length - 1] = joinBlocks(last, piece);
    else if (fits && isShort) joined[joined.length - 1] = { ...last, end: piece.end };
    else joined.push(piece);
  }
  return joined;
}

/** Headings alone take on what follows them; whatever else there is takes it in. */
function joinBlocks(last: Block, next: Block): Block {
  return last.kind === 'heading' ? { ...next, start: last.start } : { ...last, end: next.end };
}

/** Whether a piece under these headings goes on with a chunk: of the same section, or of one below a bare heading. */
function isInside(headings: readonly string[], { kind, headings: around }: Block): boolean {
  if (headings === around) return true;
  const deep = kind === 'heading' ? headings.length >= around.length : headings.length === around.length;
  return deep && around.every((title, at) => title === headings[at]);
}
