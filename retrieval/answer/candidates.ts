/** The sentences that an answer may quote, each with what it says of the question. Headings are none of them. */

import { stemmer } from 'stemmer';
import type { Passage } from '../../stores/graph/statements/passages.ts';
import { entityKey } from '../../text/entity-key.ts';
import { splitSentences } from '../../text/sentences.ts';

/** Of a passage: `passage.text.slice(start, end)`. */
export interface Candidate {
  readonly passage: Passage;
  /** The place of its passage in the ranking, from 0. */
  readonly rank: number;
  readonly start: number;
  readonly end: number;
  /** Stems of its own words. */
  readonly words: ReadonlySet<string>;
  /** Stems of the titles it stands under, which are what “he” and “it” mean in it. */
  readonly titles: ReadonlySet<string>;
}

export function candidatesOf(passage: Passage, rank: number): readonly Candidate[] {
  const headings = [passage.title, ...passage.headings];
  const keys = new Set(headings.map(entityKey));
  const titles = new Set(headings.flatMap(stemsOf));
  return splitSentences(passage.text).flatMap((sentence) => {
    const { start, end } = withoutHeadings(passage.text, sentence, keys);
    if (start >= end) return [];
    return [{ passage, rank, start, end, titles, words: new Set(stemsOf(passage.text.slice(start, end))) }];
  });
}

/** A heading stands on lines of its own, and no mark ends it: it may have become the beginning of a sentence. */
function withoutHeadings(
  text: string,
  sentence: { readonly start: number; readonly end: number },
  keys: ReadonlySet<string>,
): { readonly start: number; readonly end: number } {
  let { start } = sentence;
  while (start < sentence.end) {
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd < 0 || lineEnd > sentence.end ? sentence.end : lineEnd;
    if (!keys.has(entityKey(text.slice(start, end)))) break;
    start = end;
    while (start < sentence.end && /\s/.test(text.charAt(start))) start++;
  }
  return { start, end: sentence.end };
}

/** Words without their endings (Porter, 1980), so that “designer” meets “designed”, and “die” meets “died”. */
export function stemsOf(text: string): readonly string[] {
  return entityKey(text)
    .split(' ')
    .filter(Boolean)
    .map((word) => stemmer(word).replace(/(?<=..)e$/, ''));
}
