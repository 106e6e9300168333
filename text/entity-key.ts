/**
 * When two spellings are one name. Everything that stores or looks up a name goes through this key, so it is
 * kept apart from whoever finds names: an extractor, a question, a caller's own knowledge.
 */

/** Combining accents of Latin, Greek and Cyrillic; marks of other scripts change the word and stay. */
const ACCENTS = /[\u0300-\u036f]+/g;
const POSSESSIVE = /['’ʼ]s(?![\p{L}\p{N}])/gu;
/** Marks inside a word that some writers leave out: `U.S.`, `O'Brien`. */
const SILENT = /(?<=\p{L})[.'’ʼ`·]+|(?<![\p{L}\p{N}])['’ʼ`](?=\p{L})/gu;
/** `C++` and `C#` are not `C`. */
const SEPARATORS = /(?:(?<![\p{L}\p{N}+#])[+#]|[^\p{L}\p{M}\p{N}+#])+/gu;
/** Only “the”: an initial stands in front of a name as often as “a” does. */
const ARTICLE = /^(?:the )+(?=.)/;

/**
 * The canonical key of a name: compatibility forms, accents, case, punctuation, possessive and a leading
 * article are ignored. Equal keys mean one name. Empty only for a text without any letter or digit.
 */
export function entityKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(POSSESSIVE, '')
    .replace(SILENT, '')
    .replaceAll('&', ' and ')
    .replace(SEPARATORS, ' ')
    .trim()
    .replace(ARTICLE, '');
}
