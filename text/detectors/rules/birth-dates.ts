/** Dates, where a word in front of them says that somebody was born then. */

import type { Finding } from '../../../model/personal-data.ts';

const MONTH = String.raw`\p{L}{3,10}\.?`;
const DATE = new RegExp(
  [
    String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}`,
    String.raw`\d{1,2}[-/.] ?\d{1,2}[-/.] ?(?:\d{4}|\d{2})`,
    String.raw`\d{1,2}(?:st|nd|rd|th|\.|er|º)?,? (?:of |de |d’|d')?${MONTH},?(?: de| del)? \d{4}`,
    String.raw`${MONTH} \d{1,2}(?:st|nd|rd|th)?,? \d{4}`,
  ]
    .map((form) => String.raw`(?<![\p{L}\p{N}])${form}(?!\p{N})`)
    .join('|'),
  'gu',
);
/** Nothing but a few words, and no other number, may stand between. */
const CUE =
  /(?:\b(?:born|birth|birthday|birthdate|dob|d\.o\.b|geboren|geb|geburtsdatum|geburtstag|né|née|naissance|nacido|nacida|nació|nacimiento|nato|nata|nascita|nascido|nascida|nasceu|nascimento|geboortedatum|urodzony|urodzona|urodzenia|född|födelsedatum|født|syntynyt))(?!\p{L})[^\d\n]{0,25}$/iu;
const CUE_CHARACTERS = 45;

export function findBirthDates(text: string): readonly Finding[] {
  return [...text.matchAll(DATE)]
    .filter(({ index }) => CUE.test(text.slice(Math.max(0, index - CUE_CHARACTERS), index)))
    .map(({ 0: match, index }) => ({
      kind: 'DATE_OF_BIRTH',
      start: index,
      end: index + match.length,
      confidence: 0.92,
    }));
}
