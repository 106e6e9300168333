/**
 * Where sentences begin and end: a mark, white space and what may open the next one, but for abbreviations,
 * initials and numbers. Rules rather than `Intl.Segmenter`, which ends a sentence behind every `Dr.`.
 */

import {
  BEFORE_NUMBER,
  MAYBE_LAST,
  MONTHS_AFTER_DAY,
  NEVER_LAST,
  SENTENCE_OPENERS,
} from './abbreviations.ts';

/** Offsets into the text: `text.slice(start, end)` is the sentence without white space around it. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
}

/**
 * Candidates: marks that white space must follow, wide marks that end a sentence by themselves, blank lines and
 * the line before a list item. A run of marks is matched from its beginning only, so that time stays linear.
 */
const BOUNDARY =
  /(?<![.!?…؟।॥۔։።။។])([.!?…؟।॥۔։።။។]+["'”’»›)\]]{0,4})(\s+)|(?<![。！？])([。！？]+["'”’」』）》]{0,4})\s*|\n[^\S\n]*\n\s*|\n(?=[^\S\n]{0,20}(?:[-*•]|\d{1,3}[.)])\s)/gu;

/** The sentences of a text, in order, covering all but white space. */
export function splitSentences(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const match of text.matchAll(BOUNDARY)) {
    const [whole, mark, gap, wideMark] = match;
    const end = match.index + (mark ?? wideMark ?? '').length;
    const next = match.index + whole.length;
    const goesOn =
      mark !== undefined
        ? !endsSentence(text, { start, at: match.index, mark, gap: gap ?? '', next })
        : wideMark !== undefined && isQuoteInside(wideMark, text.charAt(next));
    if (goesOn) continue;
    pushTrimmed(sentences, text, start, end);
    start = next;
  }
  pushTrimmed(sentences, text, start, text.length);
  return sentences;
}

interface Candidate {
  /** Where the sentence began that may end here. */
  readonly start: number;
  /** Where the mark is. */
  readonly at: number;
  readonly mark: string;
  readonly gap: string;
  /** Where the next sentence would begin. */
  readonly next: number;
}

/** How far around a mark is looked, in UTF-16 code units. */
const CONTEXT_CHARS = 24;
const BLANK_LINE = /\n[^\S\n]*\n/;
const LIST_ITEM = /^(?:[-*•]|\d{1,3}[.)])\s/;
/** What may stand at the beginning of a sentence: a capital, a letter without case, a number, `iPhone`. */
const OPENING =
  /^(?:[-–—]\s?(?=\p{L}))?["'“‘«‹„‚「『《〈([¿¡$€£¥#@`*_]*(?:[\p{Lu}\p{Lt}\p{Lo}\p{N}]|\p{Ll}\p{Lu})/u;

function endsSentence(text: string, { start, at, mark, gap, next }: Candidate): boolean {
  const opening = text.slice(next, next + CONTEXT_CHARS);
  if (BLANK_LINE.test(gap) || (gap.includes('\n') && LIST_ITEM.test(opening))) return true;
  if (!OPENING.test(opening)) return false;
  if (!mark.startsWith('.') || mark.startsWith('..')) return true;
  const word = /[\p{L}\p{M}\p{N}.]+$/u.exec(text.slice(Math.max(start, at - CONTEXT_CHARS), at))?.[0] ?? '';
  if (/^\p{Nd}+$/u.test(word))
    return !isListNumber(text, start, at) && !MONTHS_AFTER_DAY.has(firstWord(opening));
  return wordEndsSentence(word, opening);
}

/** Capitals with full stops between them, one or two by two: `J`, `U.S`, `Ph.D`, `EE.UU`. */
const INITIALS = /^(?:\p{L}{1,2}\.)*\p{Lu}{1,2}$/u;

function wordEndsSentence(word: string, opening: string): boolean {
  const lower = word.toLowerCase();
  if (NEVER_LAST.has(lower)) return false;
  const isInitials = INITIALS.test(word) && (word.length === 1 || word.includes('.'));
  if (isInitials || MAYBE_LAST.has(lower)) return SENTENCE_OPENERS.has(firstWord(opening));
  return !BEFORE_NUMBER.has(lower) || !/^(?:\p{N}|[IVXLC]+\b)/u.test(opening);
}

function firstWord(opening: string): string {
  return /^[^\p{L}\p{N}]*([\p{L}\p{M}]+)/u.exec(opening)?.[1]?.toLowerCase() ?? '';
}

/** `1. First` is one sentence. */
function isListNumber(text: string, start: number, at: number): boolean {
  return at - start <= 4 && /^\(?\d{1,3}$/.test(text.slice(start, at).trim());
}

/** `「はい。」と言った。` is one sentence. */
function isQuoteInside(wideMark: string, following: string): boolean {
  return following === 'と' && /[」』]$/.test(wideMark);
}

function pushTrimmed(sentences: Sentence[], text: string, start: number, end: number): void {
  const slice = text.slice(start, end);
  const from = start + slice.length - slice.trimStart().length;
  const to = end - (slice.length - slice.trimEnd().length);
  if (to > from) sentences.push({ start: from, end: to });
}
