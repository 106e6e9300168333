import { describe, expect, test } from 'vitest';
import { generalised, networkOf, redacted, yearOf } from '../../model/generalise.ts';
import {
  DEFAULT_GENERALISATION,
  type Generalisation,
  PERSONAL_DATA_KINDS,
} from '../../model/personal-data.ts';

const said = (
  kind: Parameters<typeof generalised>[0],
  surface: string,
  other: Partial<Generalisation> = {},
) => generalised(kind, surface, { ...DEFAULT_GENERALISATION, asOfYear: 2026, ...other });

describe('personal data said less exactly', () => {
  test.each([
    ['DATE_OF_BIRTH', '4 May 1980', '1980'],
    ['DATE_OF_BIRTH', '1980-05-04', '1980'],
    ['DATE_OF_BIRTH', '04.05.80', '[date of birth]'],
    ['DATE_OF_BIRTH', '4 May 1937', '1937'],
    ['DATE_OF_BIRTH', '4 May 1936', '1936 or before'],
    ['DATE_OF_BIRTH', '1815-12-10', '1936 or before'],
    ['AGE', '0', '0–9'],
    ['AGE', '34', '30–39'],
    ['AGE', '89', '80–89'],
    ['AGE', '90', '90+'],
    ['AGE', '104', '90+'],
    ['AGE', 'thirty', '[age]'],
    ['IP_ADDRESS', '10.1.2.3', '10.1.2.0/24'],
    ['IP_ADDRESS', '2001:0db8:0001::ff00:42:8329', '2001:db8:1::/48'],
    ['IP_ADDRESS', '::1', '0:0:0::/48'],
    ['ADDRESS', 'Hauptstraße 12, 10115 Berlin', '[address in 10…]'],
    ['ADDRESS', '221B Baker Street, London NW1 6XE', '[address in NW1…]'],
    ['ADDRESS', '14 Elm Street, Springfield, IL 62701-1234', '[address in 62…]'],
    ['ADDRESS', '12 rue de la Paix', '[address]'],
    ['EMAIL', 'anna@mail.example.com', '[address at mail.example.com]'],
    ['PHONE', '+49 30 901820', '[phone number in +49]'],
    ['PHONE', '+1 212 555 2368', '[phone number in +1]'],
    ['PHONE', '030 901820', '[phone number]'],
    ['IBAN', 'DE89370400440532013000', '[bank account in DE]'],
    ['URL_WITH_USER', 'https://bob:secret@host.example/x', 'https://host.example/x'],
    ['PERSON', 'Anna Schmidt', '[person]'],
    ['NATIONAL_ID', '536-90-4399', '[national id]'],
    ['CREDIT_CARD', '4111 1111 1111 1111', '[card number]'],
  ] as const)('%s %s becomes %s', (kind, surface, expected) => {
    expect(said(kind, surface)).toBe(expected);
  });

  test.each([
    ['DATE_OF_BIRTH', '4 May 1987', { birthDate: 'DECADE' }, '1980s'],
    ['DATE_OF_BIRTH', '4 May 1915', { birthDate: 'DECADE' }, '1939 or before'],
    ['DATE_OF_BIRTH', '4 May 1938', { birthDate: 'DECADE' }, '1939 or before'],
    ['DATE_OF_BIRTH', '4 May 1940', { birthDate: 'DECADE' }, '1940s'],
    ['DATE_OF_BIRTH', '4 May 1915', { ageMax: 150 }, '1915'],
    ['AGE', '34', { ageBandYears: 5 }, '30–34'],
    // What the limit leaves of a band could be a single age.
    ['AGE', '83', { ageBandYears: 20 }, '80+'],
    ['AGE', '70', { ageMax: 70 }, '70+'],
    ['AGE', '69', { ageMax: 70 }, '60–69'],
    ['AGE', '66', { ageMax: 64 }, '60+'],
    ['AGE', '104', { ageMax: 150 }, '100–109'],
    ['ADDRESS', '14 Elm Street, Springfield, IL 62701-1234', { postcodeDigits: 3 }, '[address in 627…]'],
    // Fewer than 20,000 people: three digits would say too much.
    ['ADDRESS', '14 Elm Street, Hanksville, UT 82101', { postcodeDigits: 3 }, '[address]'],
    ['ADDRESS', 'ul. Polna 3, 00-950 Warszawa', { postcodeDigits: 3 }, '[address in 009…]'],
    ['ADDRESS', 'Bahnhofstrasse 3, 8001 Zürich', { postcodeDigits: 3 }, '[address in 80…]'],
    ['ADDRESS', 'Hauptstraße 12, 10115 Berlin', { postcodeDigits: 1 }, '[address in 1…]'],
    ['ADDRESS', 'Hauptstraße 12, 10115 Berlin', { postcodeDigits: 0 }, '[address]'],
    ['ADDRESS', '221B Baker Street, London NW1 6XE', { postcodeDigits: 1 }, '[address in NW…]'],
    ['ADDRESS', '221B Baker Street, London NW1 6XE', { postcodeDigits: 0 }, '[address]'],
  ] as const)('%s %s with %j becomes %s', (kind, surface, how, expected) => {
    expect(said(kind, surface, how)).toBe(expected);
  });

  test('a year is told where it has four digits', () => {
    expect([yearOf('May 4, 1980'), yearOf('4.5.80')]).toEqual(['1980', null]);
  });

  test('what is no address has no network', () => {
    expect([networkOf('1:2:3'), networkOf('a::b::c'), networkOf('host')]).toEqual([null, null, null]);
  });

  test('no word that stands for it begins with a capital, which would make a name of it', () => {
    for (const kind of PERSONAL_DATA_KINDS) expect(redacted(kind)).toMatch(/^\[[a-z ]+\]$/);
  });
});
