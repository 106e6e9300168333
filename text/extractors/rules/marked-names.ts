/** Names that a text marks by itself: quoted titles, code spans, dates. */

import { kindOfPseudonym, pseudonymPattern } from '../../pseudonyms.ts';
import { canonicalDate, DATE } from './dates.ts';
import type { Span } from './spans.ts';

const QUOTED = /"\s?([^"\n]{2,80}?)\s?"|“([^”\n]{2,80})”|«\s?([^»\n]{2,80}?)\s?»|``\s?([^'\n]{2,80}?)\s?''/g;
const CODE = /`([^`\n]{2,60})`/g;
const TITLE_WORDS_MAX = 12;

/** A quotation counts when it is short and begins like a title. */
export function findQuotedTitles(text: string): readonly Span[] {
  return spansOf(text, QUOTED, 'WORK').filter(
    ({ name }) => /^[\p{Lu}\d]/u.test(name) && name.split(/\s+/).length <= TITLE_WORDS_MAX,
  );
}

export function findCode(text: string): readonly Span[] {
  return spansOf(text, CODE, 'CODE').filter(({ name }) => /\p{L}/u.test(name));
}

export function findDates(text: string): readonly Span[] {
  return spansOf(text, DATE, 'DATE').map((span) => ({ ...span, name: canonicalDate(span.name) }));
}

/** Each is an entity of the kind of what stands behind it. */
export function findPseudonyms(text: string): readonly Span[] {
  return [...text.matchAll(pseudonymPattern())].map(({ 0: name, index }) => ({
    ...{ name, type: kindOfPseudonym(name) ?? 'THING', start: index, end: index + name.length },
    ...{ reason: 'SAME_NAME', isPart: false },
  }));
}

function spansOf(text: string, pattern: RegExp, type: string): readonly Span[] {
  return [...text.matchAll(pattern)].map((match) => {
    const name = match.slice(1).find((group) => group !== undefined) ?? match[0];
    const start = match.index + match[0].indexOf(name);
    return { name, type, start, end: start + name.length, reason: 'SAME_NAME', isPart: false };
  });
}
