/** Personal data said less exactly: what still counts for a search, and no longer says who it was. */

import type { PersonalDataKind } from './personal-data.ts';

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
};

export function redacted(kind: PersonalDataKind): string {
  return REDACTED[kind];
}

/** What cannot be said less exactly without saying who it is, is not said at all. */
export function generalised(kind: PersonalDataKind, surface: string): string {
  return MAKERS[kind]?.(surface) ?? redacted(kind);
}

const MAKERS: Partial<Readonly<Record<PersonalDataKind, (surface: string) => string | null>>> = {
  DATE_OF_BIRTH: yearOf,
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

/** The beginning of the post code, where there is one: `Hauptstraße 12, 10115 Berlin` → `[address in 10…]`. */
function areaOf(address: string): string | null {
  const code = /(?<=[\s,])(?:[A-Z]{1,2}-)?(\d{2})(?:\d{2,3}|-\d{3})(?=\s|$|-\d{4})/.exec(address)?.[1];
  const british = /(?<=[\s,])([A-Z]{1,2}\d[A-Z\d]?) \d[A-Z]{2}$/.exec(address)?.[1];
  const start = british ?? code;
  return start === undefined ? null : `[address in ${start}…]`;
}
