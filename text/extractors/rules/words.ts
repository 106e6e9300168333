/** The words of a text with what names are recognised by: capitals, and what stands between two words. */

import { kindOfPseudonym } from '../../pseudonyms.ts';

export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isCapital: boolean;
  /** The first word of its sentence: its capital says little. */
  readonly opensSentence: boolean;
  /** Only a space, a hyphen, an ampersand or an initial's stop stands between this word and the one before. */
  readonly joinsPrevious: boolean;
}

const PSEUDONYM_CHARS_MIN = 19;
/** Letters and digits, joined by single marks inside a word: `U.S.`, `O'Brien`, `Saxe-Eisenach`, `AT&T`, `max_len`. */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.&/_-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;
/** `Ford`, `iPhone`, `3M`. */
const CAPITAL = /^(?:\p{Lu}|\p{Lt}|\d+\p{Lu}|[a-z]{1,2}\p{Lu}\p{L}{2,})/u;
/** A full stop after these ends no sentence. */
const ABBREVIATION =
  /^(?:\p{Lu}|St|Dr|Mr|Mrs|Ms|Jr|Sr|Mt|Ft|Lt|Col|Gen|Capt|Prof|Rev|Inc|Ltd|Co|Corp|No|vs)$/u;
const SENTENCE_BREAK = /[.!?\n:;•|]/;
const JOINT = /^(?:[ \t]|- ?| ?& ?|[ \t]?-[ \t])$/;
const STOP_OF_ABBREVIATION = /^\.[ \t]?$/;

/** Cheap where there is none: their beginnings are in capitals, and long. */
function isPseudonym(word: string): boolean {
  return word.length > PSEUDONYM_CHARS_MIN && kindOfPseudonym(word.replace(/['’]s$/, '')) !== null;
}

export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const before = words.at(-1);
    const gap = text.slice(before?.end ?? 0, match.index);
    const isAlone = isPseudonym(match[0]);
    const isAbbreviated =
      before !== undefined && STOP_OF_ABBREVIATION.test(gap) && ABBREVIATION.test(before.text);
    words.push({
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
      isCapital: !isAlone && CAPITAL.test(match[0]),
      opensSentence: before === undefined || (!isAbbreviated && SENTENCE_BREAK.test(gap)),
      // A pseudonym is a name by itself, whatever stands beside it.
      joinsPrevious: !isAlone && !isPseudonym(before?.text ?? '') && (isAbbreviated || JOINT.test(gap)),
    });
  }
  return words;
}
