/** Personal data said less exactly: what still counts for a search, and no longer says who it was. */

import type { Generalisation, PersonalDataKind } from './personal-data.ts';

/** How exactly, and in which year: whoever is old by then is told from nobody who is older. */
export interface Exactness extends Generalisation {
  readonly asOfYear: number;
}

/** Small words, so that no reader takes them for a name. */
const REDACTED: Readonly<Record<PersonalDataKind, string>> = {
  PERSON: '[person]',
  ADDRESS: '[address]',
  EMAIL: '[email address]',
  PHONE: '[phone number]',
  DATE_OF_BIRTH: '[date of birth]',
  NATIONAL_ID: '[national id]',
  IBAN: '[bank account]',
  CREDIT_CARD: '[card number]',
  IP_ADDRESS: '[ip address]',
  URL_WITH_USER: '[url]',
  AGE: '[age]',
};

export function redacted(kind: PersonalDataKind): string {
  return REDACTED[kind];
}

/** What cannot be said less exactly without saying who it is, is not said at all. */
export function generalised(kind: PersonalDataKind, surface: string, how: Exactness): string {
  return MAKERS[kind]?.(surface, how) ?? redacted(kind);
}

type Maker = (surface: string, how: Exactness) => string | null;

const MAKERS: Partial<Readonly<Record<PersonalDataKind, Maker>>> = {
  DATE_OF_BIRTH: bornIn,
  AGE: bandOf,
  IP_ADDRESS: networkOf,
  ADDRESS: areaOf,
  EMAIL: (surface) => `[address at ${surface.slice(surface.lastIndexOf('@') + 1)}]`,
  PHONE: (surface) => {
    const code = /^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/.exec(surface)?.[0];
    return code === undefined ? null : `[phone number in ${code}]`;
  },
  IBAN: (surface) => `[bank account in ${surface.slice(0, 2)}]`,
  URL_WITH_USER: (surface) => surface.replace(/\/\/[^/]*@/, '//'),
};

/** `1980-05-04` → `1980`; of a year with two digits nothing is certain. */
export function yearOf(date: string): string | null {
  return /(?<!\d)\d{4}(?!\d)/.exec(date)?.[0] ?? null;
}

/** `1980-05-04` → `1980`, or `1980s`; `1936 or before` for whoever is over the age that is told. */
function bornIn(date: string, { birthDate, ageMax, asOfYear }: Exactness): string | null {
  const year = yearOf(date);
  if (year === null) return null;
  // Some who were born in it have that birthday still before them, and are told from nobody as well.
  const oldest = asOfYear - ageMax - 1;
  // What is left of a decade that it cuts would say more than a decade.
  const last = birthDate === 'YEAR' ? oldest : oldest - (oldest % DECADE) + DECADE - 1;
  if (Number(year) <= last) return `${last} or before`;
  return birthDate === 'YEAR' ? year : `${year.slice(0, 3)}0s`;
}

const DECADE = 10;

/** `34` → `30–39`, `93` → `90+`. The band that the highest age cuts belongs to what is above: the rest of it could be one year. */
function bandOf(age: string, { ageBandYears, ageMax }: Exactness): string | null {
  const years = Number(/^\d{1,3}$/.exec(age)?.[0] ?? Number.NaN);
  if (Number.isNaN(years)) return null;
  const beginOf = (age: number) => age - (age % ageBandYears);
  const top = beginOf(ageMax + 1);
  return years >= top ? `${top}+` : `${beginOf(years)}–${beginOf(years) + ageBandYears - 1}`;
}

/** The /24 of an address of IPv4, the /48 of one of IPv6. */
export function networkOf(address: string): string | null {
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address);
  if (four !== null) return `${four[1]}.0/24`;
  const groups = groupsOf(address);
  return groups === null ? null : `${groups.slice(0, 3).join(':')}::/48`;
}

/** The eight groups of an address of IPv6, without leading zeros. */
function groupsOf(address: string): readonly string[] | null {
  const [head = '', tail, ...rest] = address.split('::');
  if (rest.length > 0 || !/^[0-9a-f:.]+$/i.test(address)) return null;
  const [left, right] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const missing = 8 - (left?.length ?? 0) - (right?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...(left ?? []), ...Array.from({ length: missing }, () => '0'), ...(right ?? [])];
  return all.map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}

/**
 * The beginnings of post codes of the United States in which no more than 20,000 people live, by the census of 2000 or 2010: three
 * digits of one say too much (45 CFR 164.514(b)(2)(i)(B)). Of other countries some begin so as well, and are left out too.
 */
const FEW_PEOPLE = new Set(
  '036 059 063 102 203 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893'.split(' '),
);

/** The beginning of the post code, where there is one: `Hauptstraße 12, 10115 Berlin` → `[address in 10…]`. */
function areaOf(address: string, { postcodeDigits }: Exactness): string | null {
  if (postcodeDigits === 0) return null;
  const code = /(?<=[\s,])(?:[A-Z]{1,2}-)?(\d{2}-\d{3}|\d{4,5})(?=\s|$|-\d{4})/.exec(address)?.[1];
  const british = /(?<=[\s,])([A-Z]{1,2}\d[A-Z\d]?) \d[A-Z]{2}$/.exec(address)?.[1];
  const start = british === undefined ? digitsOf(code, postcodeDigits) : districtOf(british, postcodeDigits);
  return start === null ? null : `[address in ${start}…]`;
}

function districtOf(outward: string, digits: number): string {
  return digits === 1 ? outward.replace(/\d.*$/, '') : outward;
}

/** Half of a short code is all that is said of it. */
function digitsOf(code: string | undefined, digits: number): string | null {
  const all = code?.replace('-', '');
  if (all === undefined) return null;
  const start = all.slice(0, all.length < 5 ? Math.min(digits, 2) : digits);
  return FEW_PEOPLE.has(start) ? null : start;
}
