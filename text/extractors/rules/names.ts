/**
 * Names by their capitals: runs of capitalised words, with the particles that live inside names. This is the
 * recall-first heuristic of open information extraction (Banko et al. 2007); precision is left to the ranking,
 * where a name that is everywhere weighs next to nothing. One scan from left to right.
 */

import { FUNCTION_WORDS } from './function-words.ts';
import type { Span } from './spans.ts';
import { typeOf } from './types.ts';
import { type Word, wordsOf } from './words.ts';

/** Stand inside a name, never at its edge: `Duke of Saxony`, `Ludwig van Beethoven`. */
const PARTICLES = new Set(
  'of the de del della di da do dos das du des la le les el al von van der den ter ten zu zur bin ibn ben bint y e for af av och und et'.split(
    ' ',
  ),
);
const ARTICLES_AFTER_PARTICLE = new Set(['the', 'la', 'le', 'les', 'der', 'den', 'los', 'las', 'l']);
/** Capitalised in English, and never what a passage is about when they stand alone. */
const CALENDAR = new Set(
  'January February March April May June July August September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(
    ' ',
  ),
);
/** Function words when written small. */
const ACRONYMS_LIKE_WORDS = new Set(['IT', 'US', 'WHO']);
/** More capitalised words in a row than this are a heading in capitals, not a name. */
const NAME_WORDS_MAX = 12;
const SHORT_NUMBER = /^\d{1,4}$/;
/** `The` inside a run may belong to it (`Attila The Hun`); a longer function word begins something else. */
const FUNCTION_WORD_INSIDE_LENGTH_MAX = 3;

export function findNames(text: string): readonly Span[] {
  const words = wordsOf(text);
  const spans: Span[] = [];
  let at = 0;
  while (at < words.length) {
    if (!beginsName(words[at])) {
      at += 1;
      continue;
    }
    const last = lastOfRun(words, at);
    if (last - at < NAME_WORDS_MAX) spans.push(...spansOfRun(text, words.slice(at, last + 1)));
    at = last + 1;
  }
  return spans;
}

function beginsName(word: Word | undefined): boolean {
  if (word === undefined || !word.isCapital) return false;
  return word.text.length === 1 || !isFunctionWord(word);
}

function lastOfRun(words: readonly Word[], from: number): number {
  let last = from;
  for (let next = nextInRun(words, last); next > last; next = nextInRun(words, last)) last = next;
  return last;
}

/** The index of the next word of the run that `at` belongs to, or `at` when the run ends here. */
function nextInRun(words: readonly Word[], at: number): number {
  const [one, two, three] = words.slice(at + 1, at + 4);
  if (!one?.joinsPrevious) return at;
  if (one.isCapital || SHORT_NUMBER.test(one.text)) return endsRun(one) ? at : at + 1;
  if (!PARTICLES.has(one.text) || !two?.joinsPrevious) return at;
  if (two.isCapital) return at + 2;
  return ARTICLES_AFTER_PARTICLE.has(two.text) && three?.joinsPrevious && three.isCapital ? at + 3 : at;
}

function endsRun(word: Word): boolean {
  return word.text.length > FUNCTION_WORD_INSIDE_LENGTH_MAX && isFunctionWord(word);
}

function isFunctionWord(word: Word): boolean {
  return FUNCTION_WORDS.has(word.text.toLowerCase()) && !ACRONYMS_LIKE_WORDS.has(word.text);
}

/** The whole run as a name, and the names inside `X of Y`: both ends are usually entities of their own. */
function spansOfRun(text: string, run: readonly Word[]): readonly Span[] {
  const whole = toSpan(text, run, { isPart: false });
  const parts = partsOfRun(run).map((part) => toSpan(text, part, { isPart: true }));
  return [whole, ...parts].filter((span) => span !== null);
}

/** The pieces between `of` and `for`; none when the run has neither. */
function partsOfRun(run: readonly Word[]): readonly (readonly Word[])[] {
  const parts: Word[][] = [[]];
  for (const word of run) {
    if (word.text === 'of' || word.text === 'for') parts.push([]);
    else parts.at(-1)?.push(word);
  }
  if (parts.length < 2) return [];
  return parts.map((part) => part.slice(part.findIndex(({ isCapital }) => isCapital)));
}

function toSpan(text: string, words: readonly Word[], { isPart }: { isPart: boolean }): Span | null {
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined || !first.isCapital) return null;
  const end = /['’]s$/.test(last.text) ? last.end - 2 : last.end;
  const name = text.slice(first.start, end);
  if (name.length < 2 || CALENDAR.has(name)) return null;
  return {
    name,
    type: typeOf(name, text, first.start),
    start: first.start,
    end,
    reason: 'SAME_NAME',
    isPart,
  };
}
