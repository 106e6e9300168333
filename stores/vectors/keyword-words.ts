/**
 * Which words count in a keyword search, and how much. Every engine reads text by these rules, so that a question
 * means the same on each of them.
 */

import { STOP_WORDS } from '../../text/stop-words.ts';

/** How SQLite FTS5 cuts text into terms: without accents, case and English endings. */
export const TOKENIZER = 'porter unicode61 remove_diacritics 2';

/** How much a term counts by where it stands. A title says what its document is about. */
export const COLUMN_WEIGHTS = { title: 3, headings: 1.5, text: 1 } as const;

/** More distinct terms than this add nothing but time. */
const TERMS_MAX = 64;

/** The words of a question that are looked for. A text of stop words alone keeps them. */
export function searchedWords(text: string): readonly string[] {
  const words = [...new Set(wordsOf(text))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return (telling.length > 0 ? telling : words).slice(0, TERMS_MAX);
}

export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
