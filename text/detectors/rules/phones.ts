/** Phone numbers. With a country code they prove themselves; others are taken where their form or a word says so. */

import { createRequire } from 'node:module';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import type { Finding } from '../../../model/personal-data.ts';

const require = createRequire(import.meta.url);
/** Loaded with the first number that may be one: it is a hundred files. */
const parsed = (text: string, country?: CountryCode) =>
  (require('libphonenumber-js/max') as typeof import('libphonenumber-js/max')).parsePhoneNumberFromString(
    text,
    country,
  );

const CANDIDATE =
  /(?<![\p{L}\p{N}.,/:+=#-])(?:\+|\(\+?)?\d(?:[ \u00a0()./-]{0,3}\d){5,16}(?![\p{L}\p{N}]|[-./:]\d)/gu;
const CUE =
  /(?:\b(?:tel|telephone|phone|mobile|cell|call|fax|sms|whatsapp|telefon|telefonnummer|rufnummer|handy|mobil|mobilnummer|téléphone|portable|teléfono|móvil|telefono|cellulare|telefoon|telefone|celular|komórka|telefonu|ring|text|dial|reach|anrufen|erreichbar|appelez|llame|chiamare|bel)\b|☎|📞)[^\n\d]{0,25}$/iu;
const CUE_CHARACTERS = 45;
/** `0171 2345678`, `(030) 123-456`, `555-867-5309`: how numbers are written to be dialled. */
const DIALLED = /^(?:\(0?\d{1,5}\)|0\d{1,5}[ /-])[ /-]?\d|^\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/;
const DATE_LIKE = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\b/;

/** Countries whose numbers are known without their code. */
export const PHONE_COUNTRIES: readonly CountryCode[] = [
  ...(['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'PL', 'SE', 'BR', 'AT', 'CH', 'BE'] as const),
];

export function findPhones(text: string): readonly Finding[] {
  return [...text.matchAll(CANDIDATE)].flatMap(({ 0: match, index }) => {
    const confidence = DATE_LIKE.test(match) ? 0 : confidenceOf(text, match, index);
    return confidence === 0
      ? []
      : [{ kind: 'PHONE' as const, start: index, end: index + match.length, confidence }];
  });
}

function confidenceOf(text: string, match: string, index: number): number {
  if (match.includes('+')) return parsed(match)?.isPossible() === true ? 0.94 : 0;
  if (CUE.test(text.slice(Math.max(0, index - CUE_CHARACTERS), index)))
    return isNational(match, (number) => number.isPossible()) ? 0.9 : 0;
  return DIALLED.test(match) && isNational(match, (number) => number.isValid()) ? 0.6 : 0;
}

function isNational(match: string, isGood: (number: PhoneNumber) => boolean): boolean {
  return PHONE_COUNTRIES.some((country) => {
    const number = parsed(match, country);
    return number !== undefined && isGood(number);
  });
}
