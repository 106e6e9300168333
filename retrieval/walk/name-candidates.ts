/**
 * What a question may name: every run of its words is a candidate, one look-up says which of them are entities,
 * and the longest match wins, as in gazetteer taggers. Case plays no part: people do not type it.
 */

import { entityKey } from '../../text/entity-key.ts';

/** A run of words `[from, to)` of the question with the key it would have as a name. */
export interface NameCandidate {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** Longest name that is looked for, in words. */
const NAME_WORDS_MAX = 14;
/** Words of a question that are looked at; a longer one has said what it is about by then. */
const QUESTION_WORDS_MAX = 80;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.&_+#-]+(?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]*)*[+#]*/gu;
const POSSESSIVE = /['’][sS]?$/;

/** Words that ask or join: no name is sought under one of these alone. */
const FUNCTION_WORDS = new Set(
  `a about after all also am an and any are as at be became been before being between both but by can come came could
  did do does during each first for from had has have he her his how i if in into is it its last later like many may
  more most much name named of off old on one or other out over own same she so some such than that the their them then
  there these they this those through to two under until up was we were what when where which while who whom whose why
  will with would you your`.split(/\s+/),
);

/** Longest first; within a length from left to right. */
export function nameCandidates(question: string): readonly NameCandidate[] {
  const words = [...question.matchAll(WORD)].slice(0, QUESTION_WORDS_MAX).map(({ 0: text, index }) => ({
    start: index,
    end: index + text.length,
    isFunction: FUNCTION_WORDS.has(text.toLowerCase()),
  }));
  const found: NameCandidate[] = [];
  for (let length = Math.min(NAME_WORDS_MAX, words.length); length > 0; length--) {
    for (let from = 0; from + length <= words.length; from++) {
      const run = words.slice(from, from + length);
      if (run.every(({ isFunction }) => isFunction)) continue;
      const surface = question.slice(run[0]?.start, run.at(-1)?.end);
      found.push(...keysOf(surface).map((key) => ({ key, from, to: from + length })));
    }
  }
  return found;
}

/** `Lothair II's` may mean `Lothair II`; `Big Eye's` may mean `Big Eyes`. */
function keysOf(surface: string): readonly string[] {
  const keys = [entityKey(surface.replace(POSSESSIVE, '')), entityKey(surface)];
  return [...new Set(keys)].filter((key) => key.length > 1);
}

/** The candidates whose key is a known name, each word used once, longer ones first. */
export function longestMatches(
  candidates: readonly NameCandidate[],
  known: { has(key: string): boolean },
): readonly NameCandidate[] {
  const takenBy = new Map<number, string>();
  return candidates.filter(({ key, from, to }) => {
    const place = `${from}-${to}`;
    const words = Array.from({ length: to - from }, (_, offset) => from + offset);
    const isFree = words.every((word) => (takenBy.get(word) ?? place) === place);
    if (!known.has(key) || !isFree) return false;
    for (const word of words) takenBy.set(word, place);
    return true;
  });
}
