/** Dates however they are written: two passages about one day are about one thing. */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const MONTH = `(?:${MONTHS.join('|')})`;
const DAY = '\\d{1,2}(?:st|nd|rd|th)?';

/** A day or a month with its year. A year alone joins too much to be an entity. */
export const DATE = new RegExp(
  `\\b(?:${DAY} ${MONTH},? \\d{3,4}|${MONTH} ${DAY}, ?\\d{3,4}|${MONTH} \\d{4}|\\d{4}-\\d{2}-\\d{2})\\b`,
  'g',
);

/** `12 May 1901`, `May 1901`. */
export function canonicalDate(surface: string): string {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(surface);
  if (iso !== null) return `${Number(iso[3])} ${MONTHS[Number(iso[2]) - 1] ?? iso[2]} ${iso[1]}`;
  const month = /[A-Z][a-z]+/.exec(surface)?.[0] ?? '';
  const numbers = (surface.match(/\d+/g) ?? []).map(Number);
  const [day, year] = numbers.length > 1 ? numbers : [undefined, numbers[0]];
  return day === undefined ? `${month} ${year}` : `${day} ${month} ${year}`;
}
