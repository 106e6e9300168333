/** A lone word that begins or ends exactly one longer name of the document is that name again: a surname, mostly. */

import { withoutQualifier } from '../../entity-key.ts';
import type { Span } from './spans.ts';

/** Short form → the one longer name it may stand for; null when several could be meant. */
export type ShortForms = ReadonlyMap<string, string | null>;

const LONG_NAME_WORDS_MAX = 4;
/** Types whose parts stand for something else: `Oxford` is not `Oxford University`. */
const NOT_SHORTENED = new Set(['DATE', 'WORK', 'CODE', 'ORGANIZATION', 'PLACE', 'EVENT', 'ACRONYM']);

/** Names up to here in the document; `title` is one of them when it looks like a name. */
export function shortFormsOf(title: string, spans: readonly Span[]): ShortForms {
  const forms = new Map<string, string | null>();
  const plainTitle = withoutQualifier(title) ?? title;
  if (/^\p{Lu}\S* \p{Lu}\S*/u.test(plainTitle)) addForms(forms, plainTitle, title);
  for (const { name, type } of spans) {
    if (!NOT_SHORTENED.has(type)) addForms(forms, name, name);
  }
  return forms;
}

function addForms(forms: Map<string, string | null>, long: string, meaning: string): void {
  const words = long.split(/\s+/);
  const isPlain = words.every((word) => /^\p{Lu}/u.test(word));
  if (!isPlain || words.length < 2 || words.length > LONG_NAME_WORDS_MAX) return;
  for (const word of new Set([words[0] ?? '', words.at(-1) ?? ''])) {
    const known = forms.get(word);
    const isAmbiguous = known !== undefined && known !== meaning && known !== long;
    if (known === undefined || isAmbiguous) forms.set(word, isAmbiguous ? null : meaning);
  }
}

export function expandShortForms(spans: readonly Span[], forms: ShortForms): readonly Span[] {
  return spans.map((span) => {
    const isOpen = span.reason === 'SAME_NAME' && span.type !== 'PLACE' && !span.isPart;
    const meaning = isOpen ? forms.get(span.name) : undefined;
    return meaning === undefined || meaning === null
      ? span
      : { ...span, name: meaning, reason: 'SHORT_FORM' };
  });
}
