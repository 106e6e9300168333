/** Acronyms that a text spells out, `World Health Organization (WHO)`: initials only (Schwartz & Hearst 2003). */

import { entityKey } from '../../entity-key.ts';
import type { Span } from './spans.ts';

export interface SpelledAcronym {
  readonly acronym: string;
  readonly name: string;
  readonly type: string;
}

const ACRONYM = /\(\s?([A-Z][A-Za-z0-9&.-]{0,8}[A-Z0-9.])\s?\)/g;
/** How far before the bracket the long form may end, in code units. */
const GAP_MAX = 2;

export function findAcronyms(text: string, spans: readonly Span[]): readonly SpelledAcronym[] {
  const found: SpelledAcronym[] = [];
  for (const { 1: acronym, index } of text.matchAll(ACRONYM)) {
    if (acronym === undefined) continue;
    const letters = acronym.replaceAll(/[^A-Za-z]/g, '').toLowerCase();
    // A long name and its parts end at the same place; the one whose initials fit is meant.
    const long = spans.find(
      ({ name, end }) => end <= index && index - end <= GAP_MAX && initialsOf(name).includes(letters),
    );
    if (long !== undefined) found.push({ acronym, name: long.name, type: long.type });
  }
  return found;
}

/** Spans that are a known acronym, meaning its long form. */
export function expandAcronyms(spans: readonly Span[], acronyms: readonly SpelledAcronym[]): readonly Span[] {
  if (acronyms.length === 0) return spans;
  const meanings = new Map(acronyms.map((known) => [entityKey(known.acronym), known]));
  return spans.map((span) => {
    const known = meanings.get(entityKey(span.name));
    return known === undefined ? span : { ...span, name: known.name, type: known.type, reason: 'ACRONYM' };
  });
}

/** With and without the small words. */
function initialsOf(name: string): readonly string[] {
  const words = name.split(/[\s-]+/).filter((word) => word !== '');
  const capitals = words.filter((word) => /^\p{Lu}/u.test(word));
  return [words, capitals].map((list) =>
    list
      .map((word) => word.charAt(0))
      .join('')
      .toLowerCase(),
  );
}
