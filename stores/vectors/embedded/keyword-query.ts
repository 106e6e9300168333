/** A person's words as an FTS5 query: every term quoted, any of them may match, nothing is an operator. */

/** More distinct terms than this add nothing but time. */
const TERMS_MAX = 64;

/** Words that are in most passages and so tell none apart. */
const STOP_WORDS = new Set(
  `a about above after again against all also am an and any are as at be because been before being below between both
  but by can could did do does doing down during each few for from further had has have having he her here hers him his
  how i if in into is it its itself just me more most my no nor not of off on once only or other our ours out over own
  same she should so some such than that the their theirs them then there these they this those through to too under
  until up very was we were what when where which while who whom why will with would you your yours`.split(
    /\s+/,
  ),
);

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
