/** A person's words as an FTS5 query: every term quoted, any of them may match, nothing is an operator. */

import { STOP_WORDS } from '../../../text/stop-words.ts';

/** More distinct terms than this add nothing but time. */
const TERMS_MAX = 64;

/** The FTS5 expression, or null when the text has no term at all. A text of stop words alone keeps them. */
export function keywordQuery(text: string): string | null {
  const terms = [...new Set(wordsOf(text))];
  const telling = terms.filter((term) => !STOP_WORDS.has(term));
  const used = (telling.length > 0 ? telling : terms).slice(0, TERMS_MAX);
  return used.length === 0 ? null : used.map((term) => `"${term}"`).join(' OR ');
}

/** The words of a phrase next to each other, as FTS5 writes it, or null when it has none. */
export function phraseQuery(phrase: string): string | null {
  const words = wordsOf(phrase);
  return words.length === 0 ? null : `"${words.join(' ')}"`;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
