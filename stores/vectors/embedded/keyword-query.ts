/** A person's words as an FTS5 query: every term quoted, any of them may match, nothing is an operator. */

import { searchedWords, wordsOf } from '../keyword-words.ts';

/** The FTS5 expression, or null when the text has no term at all. */
export function keywordQuery(text: string): string | null {
  const words = searchedWords(text);
  return words.length === 0 ? null : words.map((word) => `"${word}"`).join(' OR ');
}

/** The words of a phrase next to each other, as FTS5 writes it, or null when it has none. */
export function phraseQuery(phrase: string): string | null {
  const words = wordsOf(phrase);
  return words.length === 0 ? null : `"${words.join(' ')}"`;
}
