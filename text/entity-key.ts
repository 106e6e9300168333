/**
 * When two spellings are one name. Everything that stores or looks up a name goes through this key, so it is
 * kept apart from whoever finds names: an extractor, a question, a caller's own knowledge.
 *
 * Folding is shallow on purpose: stemming or dropping words would merge different things, and every path
 * through a wrong merge is wrong. What is only probably the same name is a further `Name` of the entity.
 */

import { LRUCache } from 'lru-cache';

/** Keys of the names met last: a document spells each of its names again and again, and is asked for it more often. */
const known = new LRUCache<string, string>({ max: 20_000 });
/** Longer texts are no names; they are not kept. */
const NAME_CHARS_MAX = 100;

const NON_ASCII = /[^\p{ASCII}]/u;
/** Letters that Unicode does not take apart, as they are written where they are missing. */
const LETTERS: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  þ: 'th',
};
const SPECIAL_LETTER = /[łøđðßæœıþ]/g;
/** Combining accents of Latin, Greek and Cyrillic; marks of other scripts change the word and stay. */
const ACCENTS = /[\u0300-\u036f]+/g;
/** `J. R. R.` and `U.S.` are written with and without their stops. */
const INITIAL = /(?<![\p{L}\p{N}])(\p{L})\.\s?(?=\p{L}(?![\p{L}\p{N}]))/gu;
const APOSTROPHE = /['’‘ʼ`´]/g;
/** `C++` and `C#` are not `C`. */
const SEPARATORS = /(?:(?<![\p{L}\p{N}+#])[+#]|[^\p{L}\p{M}\p{N}+#])+/gu;
/** Only “the”: an initial stands in front of a name as often as “a” does. */
const ARTICLE = /^(?:the )+(?=.)/;

/**
 * The canonical key of a name: compatibility forms, accents, case, punctuation and a leading “the” are
 * ignored. Equal keys mean one name. Empty only for a text without any letter or digit.
 */
export function entityKey(name: string): string {
  if (name.length > NAME_CHARS_MAX) return foldedKey(name);
  const found = known.get(name);
  if (found !== undefined) return found;
  const key = foldedKey(name);
  known.set(name, key);
  return key;
}

function foldedKey(name: string): string {
  return fold(name)
    .replace(INITIAL, '$1')
    .replace(APOSTROPHE, '')
    .replaceAll('&', ' and ')
    .replace(SEPARATORS, ' ')
    .trim()
    .replace(ARTICLE, '');
}

/** Case, accents and compatibility forms folded away. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!NON_ASCII.test(lower)) return lower;
  return lower
    .replace(SPECIAL_LETTER, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase();
}

/** `Heat (1995 film)` → `Heat`; `Lambert, Margrave of Tuscany` → `Lambert`; null when nothing qualifies the name. */
export function withoutQualifier(name: string): string | null {
  const plain = name
    .replace(/\s*\([^()]*\)\s*$/, '')
    .replace(/^([^,]+),\s.*$/s, '$1')
    .trim();
  return entityKey(plain).length > 1 && entityKey(plain) !== entityKey(name) ? plain : null;
}
