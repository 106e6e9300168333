/** A labelled set of sentences, made from templates and a seed: the same seed gives the same set on every machine. */

import { allFakers, type Faker } from '@faker-js/faker';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import * as de from 'stdnum/lib/cjs/de/index.js';
import * as es from 'stdnum/lib/cjs/es/index.js';
import * as gb from 'stdnum/lib/cjs/gb/index.js';
import * as pl from 'stdnum/lib/cjs/pl/index.js';
import * as us from 'stdnum/lib/cjs/us/index.js';
import type { PersonalDataKind } from '../../model/personal-data.ts';
import { isNumberOf } from '../../text/detectors/rules/national-ids.ts';
import type { Templates } from './templates.ts';

export interface Label {
  readonly kind: PersonalDataKind;
  readonly start: number;
  readonly end: number;
}

export interface LabelledText {
  readonly text: string;
  readonly labels: readonly Label[];
}

export interface LabelledSetOptions {
  readonly templates: Templates;
  readonly seed: number;
  /** Texts. */
  readonly count: number;
}

const PLACE = /\{(\w+)\}/g;

export function labelledSet({ templates, seed, count }: LabelledSetOptions): readonly LabelledText[] {
  const all = Object.entries(templates).flatMap(([locale, texts]) => texts.map((text) => ({ locale, text })));
  const fakers = new Map(Object.keys(templates).map((locale) => [locale, fakerOf(locale, seed)]));
  return Array.from({ length: count }, (_, at) => {
    const { locale, text } = all[at % all.length] ?? { locale: 'en', text: '' };
    const faker = fakers.get(locale);
    if (faker === undefined) throw new Error(`There is no faker for ${locale}.`);
    return fill(text, faker, locale);
  });
}

function fakerOf(locale: string, seed: number): Faker {
  const faker = allFakers[locale as keyof typeof allFakers];
  faker.seed(seed + locale.charCodeAt(0));
  faker.setDefaultRefDate('2026-01-01T00:00:00Z');
  return faker;
}

function fill(template: string, faker: Faker, locale: string): LabelledText {
  const labels: Label[] = [];
  let text = '';
  let last = 0;
  for (const { 0: place, 1: name = '', index } of template.matchAll(PLACE)) {
    text += template.slice(last, index);
    last = index + place.length;
    const value = make(name, faker, locale);
    const kind = KIND_OF[name];
    if (kind !== undefined) labels.push({ kind, start: text.length, end: text.length + value.length });
    text += value;
  }
  return { text: text + template.slice(last), labels };
}

const KIND_OF: Readonly<Record<string, PersonalDataKind>> = {
  PERSON: 'PERSON',
  SURNAME: 'PERSON',
  ADDRESS: 'ADDRESS',
  EMAIL: 'EMAIL',
  PHONE: 'PHONE',
  DATE_OF_BIRTH: 'DATE_OF_BIRTH',
  US_SSN: 'NATIONAL_ID',
  GB_NINO: 'NATIONAL_ID',
  DE_IDNR: 'NATIONAL_ID',
  ES_DNI: 'NATIONAL_ID',
  FR_NIR: 'NATIONAL_ID',
  PL_PESEL: 'NATIONAL_ID',
  IBAN: 'IBAN',
  CREDIT_CARD: 'CREDIT_CARD',
  IP_ADDRESS: 'IP_ADDRESS',
  URL_WITH_USER: 'URL_WITH_USER',
  AGE: 'AGE',
};

type Maker = (faker: Faker, locale: string) => string;

const COUNTRY: Readonly<Record<string, string>> = {
  ...{ en: 'US', de: 'DE', fr: 'FR', es: 'ES', it: 'IT', nl: 'NL', pl: 'PL' },
};

const MAKERS: Readonly<Record<string, Maker>> = {
  PERSON: (faker) => {
    const [given, surname] = [faker.person.firstName(), faker.person.lastName()];
    const forms = [`${given} ${surname}`, `${given} ${surname}`, `${given} ${given.charAt(0)}. ${surname}`];
    return faker.helpers.arrayElement(forms);
  },
  SURNAME: (faker) => faker.person.lastName(),
  ADDRESS: address,
  EMAIL: (faker) =>
    faker.internet
      .email({ provider: faker.internet.domainName() })
      .normalize('NFKD')
      .replace(/[^\x20-\x7e]/g, ''),
  PHONE: phone,
  DATE_OF_BIRTH: (faker, locale) => written(faker, locale, faker.date.birthdate()),
  AGE: (faker) => String(faker.number.int({ min: 1, max: 104 })),
  US_SSN: (faker) => valid(faker, '###-##-####', isNumberOf(us.ssn)),
  GB_NINO: (faker) => valid(faker, '?? ## ## ## C', isNumberOf(gb.nino), 'ABCEGHJKLMNPRSTWXYZ'),
  DE_IDNR: (faker) => valid(faker, '## ### ### ###', isNumberOf(de.idnr)),
  ES_DNI: (faker) => valid(faker, '########?', isNumberOf(es.dni)),
  FR_NIR: (faker) => {
    const born = faker.helpers.fromRegExp(/[12] [5-9][0-9] 0[1-9] [1-8][1-9] [0-9]{3} [0-9]{3}/);
    return `${born} ${String(97 - (Number(born.replaceAll(' ', '')) % 97)).padStart(2, '0')}`;
  },
  PL_PESEL: (faker) => valid(faker, '###########', isNumberOf(pl.pesel)),
  IBAN: (faker) => faker.finance.iban({ formatted: faker.datatype.boolean() }),
  CREDIT_CARD: (faker) => {
    const digits = faker.helpers.fromRegExp(/4[0-9]{15}/);
    const card = `${digits.slice(0, 15)}${luhnDigit(digits.slice(0, 15))}`;
    return faker.datatype.boolean() ? card : card.replace(/(.{4})(?=.)/g, '$1 ');
  },
  IP_ADDRESS: (faker) => (faker.datatype.boolean(0.7) ? faker.internet.ipv4() : faker.internet.ipv6()),
  URL_WITH_USER: (faker) =>
    `${faker.helpers.arrayElement(['https', 'postgres', 'ftp', 'mongodb+srv'])}://${faker.internet.username().replace(/[^\w.]/g, '')}:${faker.string.alphanumeric(10)}@${faker.internet.domainName()}/${faker.lorem.word()}`,
  order: (faker) =>
    faker.helpers.fromRegExp(
      faker.helpers.arrayElement(['[0-9]{10}', 'A-[0-9]{8}', '#[0-9]{7}', 'PO[0-9]{9}', '[0-9]{4}-[0-9]{6}']),
    ),
  version: (faker) =>
    faker.helpers.arrayElement([
      faker.system.semver(),
      faker.helpers.fromRegExp('[1-9].[0-9].[0-9]{2}.[0-9]{3}'),
    ]),
  hash: (faker) => faker.git.commitSha(),
  uuid: (faker) => faker.string.uuid(),
  isbn: (faker) => faker.commerce.isbn(),
  date: (faker, locale) => written(faker, locale, faker.date.past({ years: 9 })),
  time: (faker) => `${faker.number.int({ min: 10, max: 23 })}:${faker.number.int({ min: 10, max: 59 })}`,
  month: (faker) => faker.date.month(),
  year: (faker) => String(faker.number.int({ min: 1950, max: 2025 })),
  number: (faker) => faker.number.int({ min: 1_000, max: 9_999_999 }).toLocaleString('en'),
  small: (faker) => String(faker.number.int({ min: 1, max: 30 })),
  pages: (faker) => String(faker.number.int({ min: 90, max: 900 })),
  latitude: (faker) => String(faker.location.latitude()),
  longitude: (faker) => String(faker.location.longitude()),
  city: (faker) => faker.location.city(),
  organisation: (faker) =>
    `${faker.helpers.arrayElement(['Northern', 'Global', 'United', 'Alpine'])} ${faker.helpers.arrayElement(['Steel', 'Energy', 'Logistics', 'Software'])} ${faker.helpers.arrayElement(['Ltd', 'GmbH', 'Group', 'Corporation'])}`,
};

function make(name: string, faker: Faker, locale: string): string {
  const maker = MAKERS[name];
  if (maker === undefined) throw new Error(`Nothing makes {${name}}.`);
  return maker(faker, locale);
}

/** As people of the country would write it, with the post code and the town every other time. */
function address(faker: Faker, locale: string): string {
  const street = faker.location.streetAddress();
  if (faker.datatype.boolean()) return street;
  const [code, town] = [faker.location.zipCode(), faker.location.city()];
  return locale === 'en'
    ? `${street}, ${town}, ${faker.location.state({ abbreviated: true })} ${code}`
    : `${street}, ${code} ${town}`;
}

/** Of the generator's numbers those that can be dialled in their country. */
function phone(faker: Faker, locale: string): string {
  for (;;) {
    const number = faker.phone.number({ style: faker.datatype.boolean() ? 'international' : 'national' });
    const parsed = parsePhoneNumberFromString(number, { defaultCountry: COUNTRY[locale] as 'US' });
    if (parsed?.isValid() !== true) continue;
    return number.startsWith('+') ? parsed.formatInternational() : parsed.formatNational();
  }
}

function written(faker: Faker, locale: string, date: Date): string {
  const [day, month, year] = [date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCFullYear()];
  const two = (number: number) => String(number).padStart(2, '0');
  const long = date.toLocaleDateString(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const dotted = locale === 'en' ? `${two(month)}/${two(day)}/${year}` : `${two(day)}.${two(month)}.${year}`;
  return faker.helpers.arrayElement([long, dotted, `${year}-${two(month)}-${two(day)}`]);
}

/** Tries until the number is one; seeded, so the tries are the same each time. */
function valid(faker: Faker, form: string, isValid: (text: string) => boolean, letters?: string): string {
  for (;;) {
    const digits = form.replaceAll('#', () => String(faker.number.int(9)));
    const text = digits.replaceAll('?', () =>
      faker.helpers.arrayElement([...(letters ?? 'ABCDEFGHJKLMNPQRSTVWXYZ')]),
    );
    if (isValid(text)) return text;
  }
}

function luhnDigit(digits: string): number {
  const sum = [...digits].toReversed().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
